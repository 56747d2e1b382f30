import { DefaultRestOptions, type RESTOptions, type ResponseLike } from 'discord.js';

const NO_CONTENT = 204;
const BAD_GATEWAY = 502;

/**
 * Discord answers in JSON, or with nothing at all. A page that says it went well is of something in between, and is taken for what it is: a gateway
 * that does not reach Discord. discord.js would hand it on as an answer.
 */
export const makeRequest: RESTOptions['makeRequest'] = async (url, init) => {
	const response = await DefaultRestOptions.makeRequest(url, init);
	const isAnswer = !response.ok || response.status === NO_CONTENT || response.headers.get('content-type')?.startsWith('application/json');
	return isAnswer ? response : badGateway(response);
};

async function badGateway(response: ResponseLike): Promise<ResponseLike> {
	const { body, headers } = response;
	// Read to its end, so that the connection can be used again.
	const page = await response.arrayBuffer();
	const text = async () => new TextDecoder().decode(page);
	const answer = { arrayBuffer: async () => page, text, json: async () => JSON.parse(await text()) as unknown };
	return { body, bodyUsed: true, headers, ok: false, status: BAD_GATEWAY, statusText: 'Bad Gateway', ...answer };
}
