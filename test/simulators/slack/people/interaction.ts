import type { Attempt, Delivery } from '../delivery/delivery.ts';
import type { Fields } from '../fields.ts';
import type { Member } from '../state/directory.ts';
import type { Workspace } from '../state/workspace.ts';
import type { World } from '../world.ts';

/** Whoever does something, and where. */
export interface Actor {
	readonly world: World;
	readonly workspace: Workspace;
	readonly member: Member;
}

/** What every payload of an interaction has (https://docs.slack.dev/reference/interaction-payloads). */
export function interaction(actor: Actor, type: string, details: Fields, view?: string): Fields {
	const { world, workspace, member } = actor;
	return {
		type,
		team: { id: workspace.id, domain: workspace.domain },
		user: { id: member.id, username: member.name, name: member.name, team_id: workspace.id },
		enterprise: null,
		is_enterprise_install: false,
		api_app_id: world.app.appId,
		token: 'legacy-verification-token',
		trigger_id: world.triggers.issue({ team: workspace.id, user: member.id, ...(view === undefined ? {} : { view }) }),
		...details,
	};
}

/** Tells the app of it. A person who gets no answer within three seconds sees an error: so does the test. */
export async function tell(actor: Actor, kind: Delivery['kind'], type: string, body: Fields): Promise<Attempt> {
	if (!actor.workspace.installed) throw new Error(`The app is not installed in ${actor.workspace.name}.`);
	const { delivery, done } = actor.world.dispatch.send({ kind, type, team: actor.workspace.id }, body);
	const attempt = await done;
	if (attempt.failure) {
		const shown = attempt.failure === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed';
		throw new Error(
			`${actor.member.name} sees ${shown}: the app did not acknowledge ${delivery.type} (${attempt.failure}, status ${attempt.status}).`,
		);
	}
	return attempt;
}
