import type { BaseInteraction } from 'discord.js';
import type { Run } from '../../../src/runs/run.ts';
import { type Presser, runOf } from '../../shared/run-actions.ts';
import type { Parts } from '../parts.ts';
import { PLATFORM } from '../place.ts';
import { readRunReference } from '../render/custom-id.ts';
import { guildHere, presserOf } from './caller.ts';

/** The run that a button names outside of servers: one of this person's own, whose APIs ever it asked, or of where they ask now. Rejects with a UserError. */
export async function ownRun(user: string, id: string, { services, workspaces }: Parts): Promise<Run> {
	const { scope, runId = '' } = readRunReference(id) ?? {};
	const own = scope === undefined ? undefined : await services.runs.get(PLATFORM + scope, runId);
	return own?.question.askedBy.id === user ? own : runOf(runId, { workspaceId: await workspaces.of(user) }, services);
}

/**
 * The run that a button names, for whoever presses it: a run of this server or, outside of servers, one of their own, whose APIs it may have asked.
 * Rejects with a UserError.
 */
export async function pressedRun(interaction: BaseInteraction, id: string, parts: Parts): Promise<{ run: Run; presser: Presser }> {
	const presser = await presserOf(interaction, parts);
	if (guildHere(interaction) === undefined) {
		const run = await ownRun(presser.id, id, parts);
		return { run, presser: { ...presser, workspaceId: run.workspaceId } };
	}
	return { run: await runOf(readRunReference(id)?.runId ?? '', presser, parts.services), presser };
}
