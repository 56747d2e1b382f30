import type { JsonObject, JsonValue } from '../../json.ts';
import type { Operation } from '../openapi/operation.ts';
import type { EgressResponse } from './egress.ts';
import { nextLink } from './link-header.ts';
import { argumentsAfterBody } from './page-body.ts';
import { argumentsOfLink } from './page-link.ts';

/**
 * The complete arguments of the same operation for the page after this response: from its Link header (RFC 8288, `rel=next`), else from what its body
 * says. Undefined when the response does not say that there is one. What a server says becomes arguments and nothing else: the request is built and
 * checked like any other, and goes where the operation goes.
 */
export function nextArguments(operation: Operation, args: JsonObject, response: EgressResponse, value: JsonValue): JsonObject | undefined {
	const link = response.headers.link === undefined ? undefined : nextLink(response.headers.link);
	const linked = link === undefined ? undefined : argumentsOfLink(operation, args, link, response.url);
	return linked ?? argumentsAfterBody(operation, args, value, response.url);
}
