import type { JsonSchema } from '../tool.ts';
import type { PagingArguments } from './paging-arguments.ts';

/** Where one argument of a tool goes in the request (OpenAPI 3.1, Parameter Object; defaults of style and explode already filled in). */
export interface ParameterBinding {
	/** The argument's name in the tool's input. Differs from `name` only where two parameters share one. */
	readonly argument: string;
	/** The name on the wire. */
	readonly name: string;
	readonly in: 'path' | 'query' | 'header' | 'cookie';
	readonly required: boolean;
	readonly style: 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';
	readonly explode: boolean;
	readonly allowReserved: boolean;
	/** What stands between the items of a list in place of the style's own: Swagger 2 has delimiters that no style of OpenAPI 3 has. */
	readonly delimiter?: string;
	/** Set when the parameter is described by `content` instead of `schema`: the value is serialised as this media type. */
	readonly contentType?: string;
}

export interface BodyBinding {
	/** The media type sent; JSON is preferred where the document offers several. */
	readonly contentType: string;
	readonly required: boolean;
	/** `fields`: these arguments together are the body object. `argument`: this one argument is the whole body. */
	readonly from: { readonly fields: readonly string[] } | { readonly argument: string };
	/** Property name -> how that property is serialised in form bodies (OpenAPI 3.1, Encoding Object). */
	readonly encoding: Readonly<
		Record<string, { readonly style?: string; readonly explode?: boolean; readonly contentType?: string; readonly allowReserved?: boolean }>
	>;
}

/** A credential slot of the document (OpenAPI 3.1, Security Scheme Object), reduced to what can be sent. */
export type SecurityScheme =
	| { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
	| { readonly type: 'bearer' }
	| { readonly type: 'basic' };

/** What a tool of an OpenAPI document sends. */
export interface Operation {
	/** Upper case. */
	readonly method: string;
	/** The templated path, for example `/movie/{movie_id}`; fixed parameters may follow a question mark. */
	readonly path: string;
	/** Absolute, without a trailing slash; server variables replaced by their defaults. */
	readonly baseUrl: string;
	readonly parameters: readonly ParameterBinding[];
	readonly body?: BodyBinding;
	/** Media types of successful responses, for the Accept header. */
	readonly accepts: readonly string[];
	/** The arguments that choose a page; undefined when none does. */
	readonly paging?: PagingArguments;
	/** The tool's input, self-contained: `$defs` holds everything it refers to. */
	readonly input: JsonSchema;
}
