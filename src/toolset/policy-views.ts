import { hashJson } from '../json.ts';
import { type Policy, withPolicy } from './policy.ts';
import type { Toolset } from './tool.ts';

/** Toolsets as their policies leave them: the same object while toolset and policy are the same, so that what is made of it can be kept. */
export function createPolicyViews(): (toolset: Toolset, policy: Policy | undefined) => Toolset {
	const views = new WeakMap<Toolset, { readonly version: string; readonly view: Toolset }>();
	return (toolset, policy) => {
		const version = hashJson(policy);
		const known = views.get(toolset);
		if (known?.version === version) return known.view;
		const view = withPolicy(toolset, policy);
		views.set(toolset, { version, view });
		return view;
	};
}
