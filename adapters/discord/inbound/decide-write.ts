import type { ButtonInteraction } from 'discord.js';
import type { Approval } from '../../../src/runs/approvals.ts';
import { decidableApproval, decide, type Said } from '../../shared/approval-actions.ts';
import { outcomeOf } from '../../shared/approval-outcome.ts';
import { approvalKey } from '../../shared/chat-conversation.ts';
import type { Presser } from '../../shared/run-actions.ts';
import type { Parts } from '../parts.ts';
import { type Place, placeOfRun } from '../place.ts';
import { approvalSettled, secondLookMessage } from '../render/approval.ts';
import { noteMessage } from '../render/notes.ts';
import { guildHere, presserOf } from './caller.ts';
import { answer, whisper } from './respond.ts';

/** A button of the card that decides at once. */
export async function decideWrite(interaction: ButtonInteraction, id: string, said: Said, parts: Parts): Promise<void> {
	await decide(id, said, await deciderOf(interaction, id, parts), parts.services, onCard(interaction, parts));
}

/** The card's first button. A call that wants a second look is only shown once more by it, to whoever presses, and stays undecided. */
export async function approveWrite(interaction: ButtonInteraction, id: string, parts: Parts): Promise<void> {
	const by = await deciderOf(interaction, id, parts);
	const approval = await decidableApproval(id, by, parts.services, onCard(interaction, parts));
	if (!approval.write.secondLook) return decideWrite(interaction, id, 'allowed', parts);
	await keepToken(interaction, await placeOf(approval, parts), parts);
	await whisper(interaction, secondLookMessage(approval));
}

/** The yes after the second look, in the message that only this person sees: the card is another one. */
export async function approveNow(interaction: ButtonInteraction, id: string, parts: Parts): Promise<void> {
	const by = await deciderOf(interaction, id, parts);
	await decide(id, 'allowed', by, parts.services, async (decided) => {
		const [place, outcome] = [await placeOf(decided, parts), outcomeOf(decided)];
		if (place === undefined || place.kind === 'interaction' || !outcome) return;
		const message = await parts.outbound.posted(approvalKey(decided));
		if (message !== undefined) await parts.outbound.update({ channel: place.channel, message }, approvalSettled(decided, outcome));
	});
	await answer(interaction, [noteMessage('✅ Approved.')]);
}

/** Outside of servers it may be about another one's APIs than those that this person would ask now. */
async function deciderOf(interaction: ButtonInteraction, id: string, parts: Parts): Promise<Presser> {
	const presser = await presserOf(interaction, parts);
	const approval = guildHere(interaction) === undefined ? await parts.services.approvals.get(id) : undefined;
	return approval?.askedBy === presser.id ? { ...presser, workspaceId: approval.workspaceId } : presser;
}

/** Draws the card anew that the pressed button is on. */
function onCard(interaction: ButtonInteraction, parts: Parts): (approval: Approval) => Promise<void> {
	return async (decided) => {
		const [place, outcome] = [await placeOf(decided, parts), outcomeOf(decided)];
		// The process that has the run draws it.
		if (place?.kind === 'interaction') return keepToken(interaction, place, parts);
		const card = { channel: interaction.channelId, message: interaction.message.id };
		if (outcome) await parts.outbound.update(card, approvalSettled(decided, outcome));
	};
}

/** A press of a button of the answer to a command lets this answer be changed for longer. */
async function keepToken({ token }: ButtonInteraction, place: Place | undefined, { tokens }: Parts): Promise<void> {
	if (place?.kind === 'interaction') await tokens.keep(place.interaction, token);
}

async function placeOf({ workspaceId, runId }: Approval, { services }: Parts): Promise<Place | undefined> {
	const run = await services.runs.get(workspaceId, runId);
	return run && placeOfRun(run);
}
