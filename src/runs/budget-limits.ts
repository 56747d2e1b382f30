/** How much may be asked; what is left out has no limit. Days are those of UTC. */
export interface BudgetLimits {
	/** Questions of a person in a workspace, a day. */
	readonly userQuestions?: number;
	/** Tokens that their questions use, in and out, a day. */
	readonly userTokens?: number;
	/** The same of everybody in a workspace together. */
	readonly workspaceQuestions?: number;
	readonly workspaceTokens?: number;
	/** Questions of a person in a workspace within any 60 s. */
	readonly userQuestionsPerMinute?: number;
}
