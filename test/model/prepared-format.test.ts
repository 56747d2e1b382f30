import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { loadPreparedAnswers, parsePreparedAnswer } from '../../src/model/prepared-format.ts';

const FILE = `# How many movies did Sofia Coppola direct?

Shows a plain question.

## scaffold

Here it is:

\`\`\`ts
## no heading
async function f(): Promise<number> {}
~~~
# no heading either
\`\`\`

## scaffold (when offered countDirectedMovies)
### A heading of the reply
#no heading
reuse

##  plan  (when prompted "There is no tool \\"x\\"") (when offered $f)
~~~~
~~~
\`\`\`
~~~~~
`;

async function folderOf(context: TestContext, files: Record<string, string>): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'prepared-'));
	context.after(() => rm(folder, { recursive: true }));
	for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
	return folder;
}

describe('parsePreparedAnswer', () => {
	const malformed: [problem: string, text: string, message: RegExp][] = [
		['nothing', '', /^a\.md, line 1: .*“# ” and the question/],
		['text before the question', '\nHello\n# Q\n## plan\nx', /^a\.md, line 2: .*begin with/],
		['no question', '## plan\nx', /^a\.md, line 1: .*begin with/],
		['an empty question', '#  \n## plan\nx', /^a\.md, line 1: .*begin with/],
		['no reply', '# Q\nhello', /^a\.md, line 1: there is no reply/],
		['an empty reply', '# Q\n## plan\n\n## scaffold\nx', /^a\.md, line 2: .*“## plan” is empty/],
		['an unknown stage', '# Q\n## plans\nx', /^a\.md, line 2: “## plans”.*scaffold, plan, implement, reflect/],
		['a second question', '# Q\n## plan\nx\n# R', /^a\.md, line 4: a second question/],
		['an open fence', '# Q\n## plan\n```ts\nx\n## scaffold\ny', /^a\.md, line 3: the fence/],
		['a fence closed by a shorter one', '# Q\n## plan\n````ts\nx\n```', /^a\.md, line 3: the fence/],
		['an unknown condition', '# Q\n## plan (when asked "x")\nx', /^a\.md, line 2: “\(when asked "x"\)” is no condition/],
		['a condition without quotes', '# Q\n## plan (when prompted x)\nx', /^a\.md, line 2: .*no condition/],
		['a condition without text', '# Q\n## plan (when prompted "")\nx', /^a\.md, line 2: .*no condition/],
		['a wrong escape', '# Q\n## plan (when prompted "\\x")\nx', /^a\.md, line 2: .*no condition/],
		['a condition twice', '# Q\n## plan (when offered a) (when offered b)\nx', /^a\.md, line 2: .*one too many/],
		['a name that is none', '# Q\n## plan (when offered 1a)\nx', /^a\.md, line 2: .*no condition/],
		['a reply twice', '# Q\n## plan (when offered a)\nx\n## plan\nx\n## plan (when offered a)\ny', /^a\.md, line 6: there is a reply/],
	];
	for (const [problem, text, message] of malformed) {
		it(`refuses ${problem}`, () => {
			assert.throws(() => parsePreparedAnswer(text, 'a.md'), { name: 'UserError', code: 'configuration', message });
		});
	}

	it('reads the question, the stages, their conditions and the replies as they stand', () => {
		const fence = '```ts\n## no heading\nasync function f(): Promise<number> {}\n~~~\n# no heading either\n```';
		assert.deepEqual(parsePreparedAnswer(FILE, 'a.md'), {
			question: 'How many movies did Sofia Coppola direct?',
			replies: [
				{ stage: 'scaffold', reply: `Here it is:\n\n${fence}` },
				{ stage: 'scaffold', reply: '### A heading of the reply\n#no heading\nreuse', whenOffered: 'countDirectedMovies' },
				{ stage: 'plan', reply: '~~~~\n~~~\n```\n~~~~~', whenPrompted: 'There is no tool "x"', whenOffered: '$f' },
			],
		});
	});

	it('reads Windows line ends and a byte order mark', () => {
		assert.deepEqual(parsePreparedAnswer(`\uFEFF${FILE.replaceAll('\n', '\r\n')}`, 'a.md'), parsePreparedAnswer(FILE, 'a.md'));
	});
});

describe('loadPreparedAnswers', () => {
	it('refuses a folder that is not there', async () => {
		await assert.rejects(loadPreparedAnswers('/no/such/folder'), { code: 'configuration', message: /folder.*cannot be read/ });
	});

	it('refuses a malformed file, naming it', async (context) => {
		const folder = await folderOf(context, { '1.md': '# Q\n## plan\nx', '2.md': '# R' });
		await assert.rejects(loadPreparedAnswers(folder), { code: 'configuration', message: /^2\.md, line 1/ });
	});

	it('refuses two files for one question', async (context) => {
		const folder = await folderOf(context, { '1.md': '# A question?\n## plan\nx', '2.md': '# a  question\n## plan\nx' });
		await assert.rejects(loadPreparedAnswers(folder), { code: 'configuration', message: /^2\.md.*1\.md answers the same question/ });
	});

	it('reads the Markdown files in the order of their names, README.md left out', async (context) => {
		const folder = await folderOf(context, { '2.md': '# B\n## plan\nx', '1.md': '# A\n## plan\nx', 'README.md': 'About', 'notes.txt': '' });
		assert.deepEqual(
			(await loadPreparedAnswers(folder)).map(({ question }) => question),
			['A', 'B'],
		);
	});
});
