import { hasButton, postsIn } from '../adapters/slack/people-see.ts';
import { type Message, visibleText } from '../simulators/slack/slack.ts';
import type { CaseView } from './case-view.ts';
import type { Operation } from './shop.ts';

/** Someone whose click came to nothing tries again. */
const AGAIN_MS = 1_500;

/**
 * Who asked, and decides about what the program would write: yes, and where nobody knows whether it has happened, whatever the shop shows. A click
 * that comes to nothing is made again.
 */
export interface DecidingAsker {
	/** Clicks what there is to click. */
	look(): void;
	/** Operations that were begun before, and that they found done. */
	readonly declined: ReadonlySet<string>;
	/** Cards that asked whether to send something again. */
	readonly askedAgain: ReadonlySet<string>;
}

export function createDecidingAsker({ world, item, message }: CaseView): DecidingAsker {
	const { slack, shop, asker } = world;
	const clicked = new Map<string, number>();
	const declined = new Set<string>();
	const askedAgain = new Set<string>();

	const answerTo = (card: Message): string | undefined => {
		if (hasButton(card, 'Approve')) return 'Approve';
		if (!hasButton(card, 'Send again')) return undefined;
		askedAgain.add(card.ts);
		const operation: Operation = visibleText(card).includes('shop.noteOrder') ? 'noteOrder' : 'makeOrder';
		if (shop.count(operation, item) === 0) return 'Send again';
		declined.add(operation);
		return 'Do not send';
	};
	return {
		declined,
		askedAgain,
		look() {
			for (const card of postsIn(slack, message)) {
				const answer = answerTo(card);
				if (answer === undefined || Date.now() - (clicked.get(card.ts) ?? 0) < AGAIN_MS) continue;
				clicked.set(card.ts, Date.now());
				asker.click(card, answer).catch(() => {});
			}
		},
	};
}
