import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { consoleFolder, runConsole, startConsole } from '../../adapters/console/console-process.ts';
import { type Answer, startModelServer } from '../../simulators/model-server.ts';
import { oddServer, referenceServer, temporaryFolder } from './servers.ts';

const HEAD = '/** Finds out what was asked. */\nasync function findOut(): Promise<unknown>';
const MAIN = 'const value = await findOut();\nreturn answer(`It is ${JSON.stringify(value)}.`, value);';

/** A model that solves every question with this body of one function. */
async function modelSolving(context: TestContext, body: string): Promise<string> {
	const answer: Answer = (stage) => {
		if (stage === 'scaffold') return `${HEAD} {}\n\n${MAIN}`;
		return stage === 'plan' ? `${HEAD} {\n${body}\n}` : `${HEAD} {\n${body}\n}\n\n${MAIN}`;
	};
	const server = await startModelServer(answer);
	context.after(() => server.close());
	return server.url;
}

const commandLine = ({ command, args }: ReturnType<typeof referenceServer>) => [command, ...args].map((word) => `'${word}'`).join(' ');

async function isGone(pid: number): Promise<boolean> {
	for (let look = 0; look < 200; look += 1) {
		try {
			process.kill(pid, 0);
		} catch {
			return true;
		}
		await delay(50);
	}
	return false;
}

describe('MCP servers at the console', () => {
	test('are connected, shown, asked, and read again after a restart', async (context) => {
		const [folder, files] = [await consoleFolder(context), await temporaryFolder(context)];
		await writeFile(path.join(files, 'a.txt'), 'alpha');
		const copy = path.join(files, 'b.txt');
		const body = `  const { content } = await files.readTextFile({ path: '${path.join(files, 'a.txt')}' });\n  await files.writeFile({ path: '${copy}', content });\n  return content;`;
		const environment = {
			OPENAI_BASE_URL: await modelSolving(context, body),
			MCP_COMMAND_FILES: commandLine(referenceServer('filesystem', files)),
		};
		const connected = await runConsole({
			folder,
			environment,
			input: '/toolset add files mcp:files\n/toolset show files\n/toolset add other mcp:others\n',
		});
		assert.match(connected.output, /Connected secure-filesystem-server as `files`: 14 tools \(4 that write\)\. Calls go to mcp:files\./);
		assert.match(connected.output, /files\.readTextFile\(path, tail\?, head\?\): Read the complete contents of a file/);
		assert.match(connected.output, /There is no MCP server mcp:others .* MCP_COMMAND_OTHERS \(its command line\)/);

		const refused = await runConsole({ folder, environment, args: ['ask', 'Copy the file.'] });
		assert.equal(refused.code, 1);
		assert.match(refused.output, /tools\/call write_file mcp:files.*--allow-writes/s);
		await assert.rejects(readFile(copy));
		const allowed = await runConsole({ folder, environment, args: ['ask', '--allow-writes', 'Copy the file.'] });
		assert.equal(allowed.code, 0, allowed.output + allowed.errors);
		assert.match(allowed.output, /It is "alpha"\./);
		assert.equal(await readFile(copy, 'utf8'), 'alpha');
	});

	for (const [how, signal] of [['asked to end', 'SIGTERM'] as const, ['killed', 'SIGKILL'] as const]) {
		test(`end with the bot that is ${how} while they work, even when they do not want to`, async (context) => {
			const { command, pids, diary } = await oddServer(context);
			const folder = await consoleFolder(context);
			const environment = { OPENAI_BASE_URL: await modelSolving(context, '  return await odd.silent({});') };
			const line = commandLine(command);
			await runConsole({ folder, environment: { ...environment, MCP_COMMAND_ODD: line }, input: '/toolset add odd mcp:odd\n' });
			const deaf = { ...environment, MCP_COMMAND_ODD: `${line} deaf` };
			const bot = startConsole({ folder, environment: deaf, args: ['ask', 'What is it?'] });
			while (!(await diary()).includes('silent')) await delay(20);
			bot.child.kill(signal);
			await bot.ended;
			for (const pid of await pids()) assert.ok(await isGone(pid), `${pid} is still there`);
		});
	}
});
