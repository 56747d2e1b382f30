import type { View } from '@slack/types';
import type { FormState, FormValue } from '../../../../adapters/slack/views/form.ts';

/** What Slack sends when a form is submitted with these inputs; text, or an option, or files. Inputs left out are empty. */
export function submitted(
	view: View,
	inputs: Readonly<Record<string, string | FormValue>>,
): { state: FormState; private_metadata: string } {
	const ids = view.blocks.flatMap(({ type, block_id: id }) => (type === 'input' && id !== undefined ? [id] : []));
	for (const id of Object.keys(inputs)) if (!ids.includes(id)) throw new Error(`the form has no field ${id}: ${ids.join(', ')}`);
	const values = ids.map((id) => {
		const given = inputs[id] ?? { value: null, selected_option: null, files: [] };
		return [id, { input: typeof given === 'string' ? { value: given } : given }] as const;
	});
	return { state: { values: Object.fromEntries(values) }, private_metadata: view.private_metadata ?? '' };
}

/** The ids of the fields at which the problems are shown have to be fields of the form. */
export function problemsOf(read: { ok: true } | { ok: false; problems: Record<string, string> }): string[] {
	return read.ok ? [] : Object.keys(read.problems);
}
