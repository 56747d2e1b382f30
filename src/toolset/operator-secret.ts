/** The prefix of environment variables that an admin may name as a toolset's credential; no other variable can be named. */
const PREFIX = 'TOOLSET_SECRET_';

/** A secret of the operator, and who may have it sent where. What is left out is allowed to nobody but the operator at the console. */
export interface OperatorSecret {
	readonly value: string;
	/** `host:port`, as `URL` writes the host. */
	readonly hosts?: readonly string[];
	/** `slack:<team>` */
	readonly workspaces?: readonly string[];
}

export interface OperatorSecrets {
	/** By the name an admin refers to them with: `TOOLSET_SECRET_TMDB` is `TMDB`. */
	readonly secrets: ReadonlyMap<string, OperatorSecret>;
	/** A line for every variable that cannot be read, without its value. */
	readonly problems: readonly string[];
}

/** The variables `TOOLSET_SECRET_<NAME>`, each with its pins `…_HOSTS` and `…_WORKSPACES`, which are no secrets themselves. */
export function readOperatorSecrets(environment: Readonly<Record<string, string | undefined>>): OperatorSecrets {
	const secrets = new Map<string, OperatorSecret>();
	const problems: string[] = [];
	const pins = (variable: string, read: (entry: string) => string | undefined, form: string): readonly string[] | undefined => {
		const entries = (environment[variable] ?? '').split(',').flatMap((entry) => entry.trim() || []);
		const found = entries.flatMap((entry) => read(entry) ?? []);
		if (found.length < entries.length) problems.push(`${variable} must be ${form}, separated by commas`);
		return entries.length > 0 ? found : undefined;
	};
	for (const [variable, text] of Object.entries(environment)) {
		const value = text?.trim();
		if (!value || !variable.startsWith(PREFIX) || isPin(variable)) continue;
		const hosts = pins(`${variable}_HOSTS`, readHost, 'hosts such as crm.example.com or crm.example.com:8443');
		const workspaces = pins(`${variable}_WORKSPACES`, readWorkspace, 'workspaces such as slack:T0123ABCD');
		secrets.set(variable.slice(PREFIX.length), { value, ...(hosts && { hosts }), ...(workspaces && { workspaces }) });
	}
	return { secrets, problems };
}

/** Whether a name ends like the variables that say where a secret may go. */
export function isPin(name: string): boolean {
	return /_(HOSTS|WORKSPACES)$/.test(name);
}

/** Who wants to have secrets sent. */
export interface SecretUser {
	readonly workspaceId: string;
	/** Whether workspaces of different owners share this bot: each secret then says whose it is. */
	readonly severalWorkspaces: boolean;
}

/** Whether a toolset of this workspace may hold the secret, wherever its calls go. At the console sits the operator, who may use all. */
export function isFor(user: SecretUser, { hosts, workspaces }: OperatorSecret): boolean {
	if (isOperator(user.workspaceId)) return true;
	return hosts !== undefined && (workspaces ? workspaces.includes(user.workspaceId) : !user.severalWorkspaces);
}

/**
 * Why the secret is not sent to `address`, with the variables to set; undefined when it may be. The same words whether the secret is missing,
 * another workspace's or pinned elsewhere: an admin of a chat must not find out what the operator has.
 */
export function refusalOf(name: string, secret: OperatorSecret | undefined, user: SecretUser, address: string): string | undefined {
	if (isOperator(user.workspaceId)) return undefined;
	const target = new URL(address);
	if (secret && isFor(user, secret) && isPinned(secret.hosts ?? [], target)) return undefined;
	const variable = `${PREFIX}${name}`;
	const encrypted = target.protocol === 'https:' || target.port !== '';
	const workspaces = user.severalWorkspaces ? `, ${variable}_WORKSPACES=${user.workspaceId} (who may use it)` : '';
	return `${variable} cannot be sent to ${target.origin} from here. The operator allows that with ${variable} (the secret), ${variable}_HOSTS=${encrypted ? target.host : `${target.host}:80`} (where it may go)${workspaces}, and a restart of the bot.`;
}

/** Whether the operator has named the server of this address as one that the secret may go to. */
export function isPinnedTo({ hosts = [] }: OperatorSecret, address: string): boolean {
	return isPinned(hosts, new URL(address));
}

/** Whether those who ask from this workspace sit at the machine that the bot runs on. */
export function isOperator(workspaceId: string): boolean {
	return workspaceId.startsWith('console:');
}

/** The port of encrypted connections takes no others: who names a host without a port means https. */
function isPinned(hosts: readonly string[], target: URL): boolean {
	const port = target.port || (target.protocol === 'https:' ? '443' : '80');
	return hosts.includes(`${target.hostname}:${port}`) && (port !== '443' || target.protocol === 'https:');
}

function readHost(entry: string): string | undefined {
	if (!/^(\[[0-9a-f:.]+\]|[\p{L}\p{N}._-]+)(:\d{1,5})?$/iu.test(entry) || !URL.canParse(`https://${entry}`)) return undefined;
	const { hostname, port } = new URL(`https://${entry}`);
	return `${hostname}:${port || '443'}`;
}

function readWorkspace(entry: string): string | undefined {
	return /^[a-z]+:[^\s:]+$/.test(entry) ? entry : undefined;
}
