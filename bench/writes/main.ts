import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import { openDiscordChat } from './discord-chat.ts';
import { type Performed, performCase } from './perform-case.ts';
import { startPreparedServer } from './prepared-server.ts';
import { openSlackChat } from './slack-chat.ts';
import { openSuite } from './suite.ts';

const USAGE = `node scripts/run.mjs bench/writes/main.ts --suite <folder> --base http://127.0.0.1:<port> [--salt N] [--run name] [--platform slack,discord] [--case name]

Asks the questions of a suite that change something through the bot in simulated chats, with prepared replies in place of a model, and shows
what reached the suite's simulator when writes are approved, denied, forgotten, interrupted, or held back.`;

const CHATS = { slack: openSlackChat, discord: openDiscordChat };

const { values } = parseArgs({
	options: {
		suite: { type: 'string' },
		base: { type: 'string' },
		salt: { type: 'string', default: '0' },
		run: { type: 'string', default: `writes${Date.now().toString(36)}` },
		platform: { type: 'string', default: 'slack,discord' },
		case: { type: 'string', default: '' },
	},
});
if (values.suite === undefined || values.base === undefined) {
	process.stderr.write(`${USAGE}\n`);
	process.exit(2);
}

const suite = await openSuite({ folder: path.resolve(values.suite), base: values.base, salt: Number(values.salt) });
const model = await startPreparedServer(path.join(import.meta.dirname, 'replies'));
const environment = {
	OPENAI_BASE_URL: model.url,
	OPENAI_API_KEY: 'none-is-needed',
	ALLOW_PRIVATE_HOSTS: new URL(values.base).hostname,
	RUN_CONCURRENCY: String(suite.writes.length),
	// A run that waits for a person keeps its process.
	SANDBOX_PROCESSES: String(suite.writes.length),
};
const performed: Performed[] = [];
try {
	for (const [platform, openChat] of Object.entries(CHATS)) {
		if (!values.platform.split(',').includes(platform)) continue;
		for (const [index, wanted] of CASES.entries()) {
			if (values.case !== '' && wanted.name !== values.case) continue;
			const one = await performCase(wanted, { suite, prefix: `${values.run}-${platform}-${index}-`, environment, openChat });
			performed.push(one);
			process.stdout.write(`${lineOf(one)}\n`);
		}
	}
} finally {
	model.close();
}
process.exitCode = performed.some(({ broken }) => broken.length > 0) ? 1 : 0;

/** `Slack    approved    22 questions   goal reached 100.0 %   …` */
function lineOf({
	platform,
	name,
	promise,
	questions,
	reached,
	untouched,
	sent,
	exact,
	declined,
	listed,
	broken,
	seconds,
}: Performed): string {
	const listing = listed.reduce((sum, requests) => sum + requests.length, 0);
	const promised =
		promise !== 'untouched' ? `goal reached ${((100 * reached) / questions).toFixed(1)} %` : `state unchanged ${untouched} of ${questions}`;
	return [
		platform.padEnd(8),
		name.padEnd(40),
		`${questions} questions`,
		promised.padEnd(26),
		`${sent} writes sent`.padEnd(15),
		`as approved ${exact} of ${questions}`,
		...(declined > 0 ? [`${declined} not wanted again`] : []),
		...(listing > 0 ? [`${listing} listed`] : []),
		`${seconds.toFixed(0)} s`,
		...(broken.length > 0 ? [`BROKEN: ${broken.join(' ')}`] : []),
	].join('  ');
}
