import type { HomeView, KnownBlock } from '@slack/types';
import { purposeOf, usesOf } from '../../../commands/functions/describe.ts';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import type { Run } from '../../../src/runs/run.ts';
import { counted } from '../../shared/footer.ts';
import { CONNECT_TOOLSET } from '../render/action-ids.ts';
import { actions, button, codeSpan, context, escaped, mrkdwn, section, timeOf } from '../render/elements.ts';

/** What the home of the app shows; each list is cut to what fits, its first entries first. */
export interface HomeData {
	readonly botUserId: string;
	/** Of the person who looks. */
	readonly isAdmin: boolean;
	readonly toolsets: readonly HomeToolset[];
	/** The most used ones. */
	readonly functions: readonly FunctionRecord[];
	/** Of the person who looks, newest first; with the address of the thread where it is known. */
	readonly runs: readonly (Run & { readonly link?: string })[];
	/** What can be answered when no model is configured; empty when one is. */
	readonly sampleQuestions: readonly string[];
}

export interface HomeToolset {
	readonly name: string;
	/** Empty when it does not load. */
	readonly title: string;
	readonly tools?: number;
}

/** Slack takes 100 blocks; these lists make fewer than 70 together. */
const TOOLSETS = 20;
const FUNCTIONS = 10;
const RUNS = 10;
const SAMPLES = 10;
const NAME = 150;
const LINE = 300;

const STATUS: Readonly<Record<Run['status'], string>> = {
	waiting: '⏳ waiting',
	running: '⏳ being answered',
	answered: '✅ answered',
	failed: '⚠️ no answer',
	stopped: '⏹️ stopped',
};

export function homeView(data: HomeData): HomeView {
	const blocks: KnownBlock[] = [
		...introduction(data),
		...toolsetBlocks(data),
		...list('Functions used most', data.functions.slice(0, FUNCTIONS).map(functionLine)),
		...list('Your questions', data.runs.slice(0, RUNS).map(runLine)),
	];
	return { type: 'home', blocks };
}

function introduction({ botUserId, sampleQuestions }: HomeData): KnownBlock[] {
	const asking = `*Ask* by mentioning <@${botUserId}> in a channel, by a message to it here, or with \`/ask\`. Questions that follow in the same thread need no mention. \`/help\` explains the commands.`;
	return [
		header('Questions answered by programs'),
		section(
			mrkdwn(
				'ToolCoder answers a question by writing a small program against the APIs of this workspace, running it in a sandbox, and showing its work in the thread. Before it changes any data, it asks.',
			),
		),
		section(mrkdwn(asking)),
		...samples(sampleQuestions),
	];
}

function samples(questions: readonly string[]): KnownBlock[] {
	if (questions.length === 0) return [];
	const lines = questions.slice(0, SAMPLES).map((question) => `• ${escaped(question, 200)}`);
	return [section(mrkdwn(`*No model is configured*, so for now these questions can be answered:\n${lines.join('\n')}`))];
}

function toolsetBlocks({ toolsets, isAdmin }: HomeData): KnownBlock[] {
	const connect = isAdmin ? [actions(button('Connect an API', CONNECT_TOOLSET, { style: 'primary' }))] : [];
	if (toolsets.length === 0) {
		const hint = isAdmin ? 'No API is connected yet.' : 'No API is connected yet. An admin of this workspace can connect one.';
		return [header('APIs'), section(mrkdwn(hint)), ...connect];
	}
	const lines = toolsets.slice(0, TOOLSETS).map(toolsetLine);
	const more = toolsets.length - TOOLSETS;
	return [...list('APIs', lines), ...(more > 0 ? [context(mrkdwn(`and ${more} more: \`/toolset list\``))] : []), ...connect];
}

function toolsetLine({ name, title, tools }: HomeToolset): string {
	const about = tools === undefined ? '⚠️ does not load; `/toolset list` says why' : `${escaped(title, NAME)} · ${counted(tools, 'tool')}`;
	return `${codeSpan(name)}  ${about}`;
}

function functionLine(record: FunctionRecord): string {
	return `${codeSpan(record.name)}  ${escaped(purposeOf(record).replaceAll(/\s+/g, ' '), LINE)} · ${counted(usesOf(record), 'use')}`;
}

function runLine({ question, status, createdAt, link }: Run & { readonly link?: string }): string {
	const asked = escaped(question.text.replaceAll(/\s+/g, ' '), 200);
	const thread = link && /^https:\/\/[^<>|\s]+$/.test(link) ? ` · <${link}|thread>` : '';
	return `${asked}\n${STATUS[status]} · ${timeOf(createdAt, '{date_short_pretty} {time}')}${thread}`;
}

/** A section for each line, under a header; nothing when there are none. */
function list(title: string, lines: readonly string[]): KnownBlock[] {
	return lines.length === 0 ? [] : [header(title), ...lines.map((line) => section(mrkdwn(line)))];
}

function header(text: string): KnownBlock {
	return { type: 'header', text: { type: 'plain_text', text } };
}
