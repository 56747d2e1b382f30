import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Stage = 'scaffold' | 'plan' | 'implement' | 'reflect';

/** Gives the program of a reply. `prompt` is the text of the request's messages, one after the other. */
export type Answer = (stage: Stage, prompt: string) => string | Promise<string>;

/** How the instructions of each stage begin. */
const BEGINNINGS: Readonly<Record<string, Stage>> = {
	'You turn a question': 'scaffold',
	'You plan how': 'plan',
	'You implement a plan': 'implement',
	'You repair': 'reflect',
};

/** A server with OpenAI's chat completions API whose replies are scripted: the one part of the bot that tests do not use as it is. */
export interface ModelServer {
	/** For OPENAI_BASE_URL. */
	readonly url: string;
	/** Requests so far. */
	readonly asked: readonly string[];
	close(): void;
}

/**
 * Programs are put between fences. When `answer` throws, the server answers with status 500.
 *
 * @param options.keepsPrompts false where so many are asked that `asked` would fill the memory: it stays empty then
 */
export async function startModelServer(answer: Answer, { keepsPrompts = true } = {}): Promise<ModelServer> {
	const asked: string[] = [];
	const server = createServer(async (request, response) => {
		// What the bot asks when it starts.
		if (request.method === 'GET') {
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
			return;
		}
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { messages: { content: string }[]; model: string };
		const prompt = body.messages.map(({ content }) => content).join('\n');
		if (keepsPrompts) asked.push(prompt);
		try {
			complete(response, body.model, await answer(stageOf(prompt), prompt));
		} catch {
			response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"scripted failure"}}');
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		asked,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function stageOf(prompt: string): Stage {
	const found = Object.entries(BEGINNINGS).find(([beginning]) => prompt.startsWith(beginning));
	if (!found) throw new Error(`No stage asks so: ${prompt.slice(0, 100)}`);
	return found[1];
}

function complete(response: ServerResponse, model: string, program: string): void {
	const message = { role: 'assistant', content: `\`\`\`ts\n${program}\n\`\`\`` };
	const completion = {
		id: 'chatcmpl-1',
		object: 'chat.completion',
		created: 1,
		model,
		choices: [{ index: 0, message, finish_reason: 'stop' }],
		usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
	};
	response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
}
