import { UserError } from '../../src/errors.ts';
import type { ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { type Policy, type Rule, ruleOf } from '../../src/toolset/policy.ts';
import {
	decidingSubject,
	EFFECT_WORDS,
	newlyUnasked,
	RULE_WORDS,
	readRule,
	readSubject,
	SUBJECT_WORDS,
	type Subject,
	toolsUnder,
	withRule,
} from '../../src/toolset/policy-change.ts';
import { type Tool, type Toolset, toolId } from '../../src/toolset/tool.ts';
import { type Command, type CommandServices, type Reply, type Request, text } from '../command.ts';
import { lineOf } from '../parse.ts';
import { callersOf } from './callers.ts';
import { missing, optional, recordOf } from './existing.ts';
import { count, nameList } from './name-list.ts';
import { policyTable } from './policy-table.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export const toolsetPolicy: Command = {
	path: ['toolset', 'policy'],
	summary: 'Show or set which calls of an API run, ask a person, or are blocked.',
	admin: true,
	audience: 'caller',
	options: [
		{ name: 'name', description: 'its name in /toolset list', kind: 'word', required: true, completes: 'toolset' },
		{
			name: 'what',
			description: 'reads, writes, destructive, all, a method such as POST, or a tool',
			kind: 'word',
			completes: 'tool',
			choices: [...SUBJECT_WORDS, ...METHODS],
		},
		{ name: 'rule', description: 'run, ask, ask-twice, block or default', kind: 'word', choices: RULE_WORDS },
		{ name: 'yes', description: 'lets calls that may change something go out unasked, and asks nothing', kind: 'flag', internal: true },
	],
	async confirmation(request, services) {
		const change = await readChange(request, services);
		const loosened = loosenedBy(change);
		if (request.options.yes === true || loosened.length === 0) return undefined;
		return { question: `${unaskedWords(change.record.name, loosened)}\nLet them?`, options: { ...request.options, yes: true } };
	},
	async run(request, services) {
		const change = await readChange(request, services);
		const { record, toolset, before } = change;
		const loosened = loosenedBy(change);
		if (request.options.yes !== true && loosened.length > 0) {
			const line = lineOf(toolsetPolicy, { ...request.options, yes: true });
			throw new UserError(
				'not-allowed',
				`${unaskedWords(record.name, loosened)}\nNothing was changed: nobody was there to say yes. This does it: ${line}`,
			);
		}
		if (!change.isSet) return change.subject ? [text(ruleFor(change.subject, toolset, before))] : overview(record, toolset);
		const { subject, rule } = change;
		const { policy = {} } = await services.catalogue.changePolicy(record.workspaceId, record.name, (policy) =>
			withRule(policy, subject, rule),
		);
		const blocked = [...toolset.tools.values()].filter((tool) => ruleOf(tool, before) !== 'block' && ruleOf(tool, policy) === 'block');
		const ids = new Set(blocked.map(toolId));
		const callers = callersOf((id) => ids.has(id), await services.functions.list(record.workspaceId));
		const notOffered = callers.length === 0 ? '' : ` Stored functions that are not offered meanwhile: ${nameList(callers)}.`;
		return [
			text(`${ruleFor(subject, toolset, policy)}${notOffered}`),
			...policyTable(toolset, policy),
			text('This counts for questions that are asked from now on; a run in progress keeps the rules it began with.'),
		];
	},
};

type Change = { readonly record: ToolsetRecord; readonly toolset: Toolset; readonly before: Policy } & (
	| { readonly isSet: false; readonly subject?: Subject }
	| { readonly isSet: true; readonly subject: Subject; readonly rule: Rule | undefined; readonly after: Policy }
);

async function readChange({ workspaceId, options }: Request, { catalogue }: CommandServices): Promise<Change> {
	const name = String(options.name);
	const record = await recordOf(workspaceId, name, catalogue);
	const toolset = (await catalogue.loadWhole(workspaceId, name)) ?? (await missing(workspaceId, name, catalogue));
	const before = record.policy ?? {};
	const [what, rule] = [optional(options.what), optional(options.rule)];
	if (what === undefined) return { record, toolset, before, isSet: false };
	// `policy crm default` is meant for all of it, unless that is a tool.
	const isWhole = rule === undefined && what.toLowerCase() === 'default' && !toolset.tools.has(what);
	if (isWhole) return { record, toolset, before, isSet: true, subject: { kind: 'all' }, rule: undefined, after: {} };
	const subject = readSubject(what, toolset, before);
	if (rule === undefined) return { record, toolset, before, isSet: false, subject };
	const asked = readRule(rule);
	return { record, toolset, before, isSet: true, subject, rule: asked, after: withRule(before, subject, asked) };
}

function overview({ name, policy = {} }: ToolsetRecord, toolset: Toolset): Reply {
	return [
		text(`Rules of \`${name}\`. The most particular one holds: of the tool, of its method, of what it may change.`),
		...policyTable(toolset, policy),
		text(
			`\`/toolset policy ${name} writes ask-twice\` sets one: for reads, writes, destructive, all, a method or a tool, one of run, ask, ask-twice, block, default.`,
		),
	];
}

/** `writes of crm: ask (11 tools), block (1 tool). More particular rules go before for deleteUser.` */
function ruleFor(subject: Subject, toolset: Toolset, policy: Policy): string {
	const tools = toolsUnder(subject, toolset);
	const byRule = Map.groupBy(tools, (tool) => ruleOf(tool, policy));
	const rules = [...byRule].map(([rule, those]) => `${rule} (${count(those.length, 'tool')})`).join(', ');
	const isDecided = (tool: Tool) => subject.kind === 'all' || decidingSubject(tool, policy).kind === subject.kind;
	const others = subject.kind === 'tool' ? [] : tools.filter((tool) => !isDecided(tool));
	const exceptions = others.length === 0 ? '' : ` More particular rules go before for ${nameList(others.map(({ name }) => name))}.`;
	return `**${subjectWord(subject)}** of \`${toolset.name}\`: ${rules === '' ? 'no tools' : rules}.${exceptions}`;
}

function subjectWord(subject: Subject): string {
	if (subject.kind === 'effect') return EFFECT_WORDS[subject.effect];
	return subject.kind === 'method' ? subject.method : subject.kind === 'tool' ? subject.tool : 'all';
}

/** The tools that would go out unasked. */
function loosenedBy(change: Change): readonly Tool[] {
	return change.isSet ? newlyUnasked(change.toolset, change.before, change.after) : [];
}

/** What a yes lets happen, as a sentence. */
function unaskedWords(name: string, tools: readonly Tool[]): string {
	const destructive = tools.filter(({ effect }) => effect === 'destructive').length;
	const all = destructive === tools.length;
	const harm = all ? 'delete or overwrite something' : 'change something';
	const worse = destructive === 0 || all ? '' : `, ${destructive} of which may delete or overwrite,`;
	const names = nameList(tools.map((tool) => tool.name));
	return `${count(tools.length, 'tool')} of \`${name}\` that may ${harm}${worse} would be called without asking anybody: ${names}.`;
}
