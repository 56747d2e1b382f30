import type { Answer } from '../simulators/model-server.ts';

export const questionFor = (item: string) => `Order a ${item}.`;
/** What is answered when it went well, with the number of the order. */
export const ANSWER = /Order (\d+) is for (\w+)\./;

/** What the result of a call that was not repeated says (src/runs/durable-journal.ts). */
const NOT_SENT_AGAIN = 'may have happened already, so it was not sent again';

/**
 * A model that answers `Order a lamp.` with a program that looks, orders and then fails on a mistake. The repaired one does the same without the
 * mistake, makes a note and fetches the receipt. Told that a call may have happened already, it looks for the order and changes nothing more.
 */
export const orderItems: Answer = (stage, prompt) => {
	const item = [...prompt.matchAll(/Order a (\w+)\./g)].at(-1)?.[1] ?? 'nothing';
	const main = `const ordered = await ordered_${item}('${item}');\nreturn answer(\`Order \${ordered.number} is for ${item}.\`, ordered.receipt);`;
	const head = `/** Orders an item. @returns the order and its receipt */\nasync function ordered_${item}(name: string): Promise<{ number: number; receipt: FileHandle }>`;
	if (stage === 'scaffold') return `${head} {}\n${main}`;
	if (stage === 'plan') return `${head} {\n${plan}}`;
	const made = prompt.includes(NOT_SENT_AGAIN) ? FOUND : stage === 'implement' ? MISTAKEN : REPAIRED;
	return `${left}\n${head} {\n\tawait left_in_shop(name);\n${made}${receipt}}\n${main}`;
};

const left = `/** Counts what the shop has of an item. */
async function left_in_shop(name: string): Promise<number> {
	const { left } = await shop.countItems({ name });
	return left;
}`;
const plan = `	// 1. See what is left.
	const { left } = await shop.countItems({ name });
	// 2. Order it.
	const order = await shop.makeOrder({ name });
	// 3. Make a note, look for the order, and get the receipt.
	await shop.noteOrder({ name });
	const orders = await shop.listOrders({ name });
	const receipt = await shop.getReceipt({ name });
`;
const MISTAKEN = `	const { number, lines } = await shop.makeOrder({ name });
	if (lines.length === 0) throw new Error('The order has no lines.');
`;
const REPAIRED = `	const { number } = await shop.makeOrder({ name });
	await shop.noteOrder({ name });
`;
const FOUND = `	const number = (await shop.listOrders({ name })).numbers[0];
	if (number === undefined) throw new Error('There is no order.');
`;
const receipt = `	const receipt = await shop.getReceipt({ name });
	return { number, receipt };
`;
