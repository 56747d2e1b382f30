/** What somebody is told who rated an answer: also what follows for the stored functions that their rating counts against. */
export function thanksFor(against: readonly string[] = []): string {
	if (against.length === 0) return 'Thank you.';
	const names = against.map((name) => `\`${name}\``).join(', ');
	const verify = 'until an admin verifies it with `/functions verify`';
	return `Thank you. ${names} ${against.length === 1 ? 'is' : 'are'} offered to no question ${against.length === 1 ? verify : verify.replace(' it ', ' them ')}.`;
}
