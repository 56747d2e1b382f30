import { type Fields, isFields } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import { checkBlocks } from './check-blocks.ts';
import { createReport, refuseProblems } from './report.ts';
import { anything, boolean, characters, plainText, shaped } from './rules.ts';

/** https://docs.slack.dev/reference/methods/views.open#errors: 250 kB. */
const LARGEST_VIEW = 250_000;

const shared = { private_metadata: characters(0, 3000), callback_id: characters(0, 255), external_id: characters(0, 255) };

/** https://docs.slack.dev/reference/views */
const SHAPES = {
	modal: shaped({
		required: { title: plainText(24), blocks: anything },
		optional: {
			...shared,
			close: plainText(24),
			submit: plainText(24),
			clear_on_close: boolean,
			notify_on_close: boolean,
			submit_disabled: boolean,
		},
	}),
	home: shaped({ required: { blocks: anything }, optional: shared }),
} as const;

/** Refuses what Slack would not show, with the error code of views.open. */
export function checkView(view: Fields, type: 'modal' | 'home'): void {
	const report = createReport();
	if (view.type !== type) report.add(`must be a ${type} view`, '/view/type');
	SHAPES[type](view, '/view', report);
	checkBlocks(view.blocks, type, '/view/blocks', report);
	const blocks = Array.isArray(view.blocks) ? view.blocks.filter(isFields) : [];
	const hasInput = blocks.some((block) => block.type === 'input');
	if (type === 'modal' && hasInput && view.submit === undefined) report.add('missing required field: submit', '/view');
	refuseProblems(report, 'invalid_arguments');
	if (JSON.stringify(view).length > LARGEST_VIEW) throw new Refusal('view_too_large');
}
