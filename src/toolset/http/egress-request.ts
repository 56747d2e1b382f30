/** A request as `Egress.fetch` takes it. */
export interface EgressRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
	/** Names of headers and query parameters that hold a credential; they are left behind when a redirect leaves the origin. */
	readonly credentials?: { readonly headers: readonly string[]; readonly query: readonly string[] };
}
