import type { BaseInteraction } from 'discord.js';
import type { Run } from '../../../src/runs/run.ts';
import { type Presser, runOf } from '../../shared/run-actions.ts';
import type { Parts } from '../parts.ts';
import { PLATFORM } from '../place.ts';
import { readRunReference } from '../render/custom-id.ts';
import { guildHere, presserOf } from './caller.ts';

/**
 * The run that a button names, for whoever presses it: a run of this server or, outside of servers, one of their own, whose APIs it may have asked.
 * Rejects with a UserError.
 */
export async function pressedRun(interaction: BaseInteraction, id: string, parts: Parts): Promise<{ run: Run; presser: Presser }> {
	const { scope, runId = '' } = readRunReference(id) ?? {};
	const presser = await presserOf(interaction, parts);
	if (guildHere(interaction) !== undefined || scope === undefined) return { run: await runOf(runId, presser, parts.services), presser };
	const own = await parts.services.runs.get(PLATFORM + scope, runId);
	if (own?.question.askedBy.id !== presser.id) return { run: await runOf(runId, presser, parts.services), presser };
	return { run: own, presser: { ...presser, workspaceId: own.workspaceId } };
}
