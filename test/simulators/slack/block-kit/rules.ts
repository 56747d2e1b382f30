import { isFields } from '../fields.ts';
import type { Report } from './report.ts';

/** Looks at one value and reports what is wrong with it. */
export type Rule = (value: unknown, at: string, report: Report) => void;

export interface Shape {
	readonly required?: Readonly<Record<string, Rule>>;
	readonly optional?: Readonly<Record<string, Rule>>;
}

export const characters =
	(least: number, most: number): Rule =>
	(value, at, report) => {
		if (typeof value !== 'string') report.add('must be a string', at);
		else if (value.length > most) report.add(`must be less than ${most + 1} characters`, at);
		else if (value.length < least) report.add(`must be more than ${least - 1} characters`, at);
	};

export const boolean: Rule = (value, at, report) => {
	if (typeof value !== 'boolean') report.add('must be a boolean', at);
};

export const integer =
	(least: number, most: number): Rule =>
	(value, at, report) => {
		if (!Number.isInteger(value) || Number(value) < least || Number(value) > most)
			report.add(`must be an integer from ${least} to ${most}`, at);
	};

export const oneOf =
	(...allowed: readonly string[]): Rule =>
	(value, at, report) => {
		if (!allowed.includes(String(value))) report.add(`must be one of: ${allowed.join(', ')}`, at);
	};

export const items =
	(rule: Rule, least: number, most: number): Rule =>
	(value, at, report) => {
		if (!Array.isArray(value)) {
			report.add('must be an array', at);
			return;
		}
		if (value.length > most) report.add(`no more than ${most} items allowed`, at);
		if (value.length < least) report.add(`no fewer than ${least} items allowed`, at);
		for (const [index, item] of value.entries()) rule(item, `${at}/${index}`, report);
	};

/** An object with these fields and no others; `type` is always allowed, for whoever chose the shape has looked at it. */
export const shaped =
	({ required = {}, optional = {} }: Shape): Rule =>
	(value, at, report) => {
		if (!isFields(value)) {
			report.add('must be an object', at);
			return;
		}
		for (const name of Object.keys(required)) if (value[name] === undefined) report.add(`missing required field: ${name}`, at);
		for (const [name, field] of Object.entries(value)) {
			const rule = required[name] ?? optional[name];
			if (rule) {
				if (field !== undefined) rule(field, `${at}/${name}`, report);
			} else if (name !== 'type') report.add(`invalid additional property: ${name}`, at);
		}
	};

/** Takes the rule that belongs to the object's `type`. */
export const typed =
	(rules: Readonly<Record<string, Rule>>): Rule =>
	(value, at, report) => {
		const type = isFields(value) ? String(value.type) : '';
		const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
		if (rule) rule(value, at, report);
		else report.add(`unsupported type: ${type}`, `${at}/type`);
	};

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const plainText = (most: number): Rule =>
	typed({ plain_text: shaped({ required: { text: characters(1, most) }, optional: { emoji: boolean } }) });

export const anyText = (most: number): Rule =>
	typed({
		plain_text: shaped({ required: { text: characters(1, most) }, optional: { emoji: boolean } }),
		mrkdwn: shaped({ required: { text: characters(1, most) }, optional: { verbatim: boolean } }),
	});

/** Anything: for fields that are looked at elsewhere, or that nothing is known about. */
export const anything: Rule = () => undefined;

export function pick<Rules extends Readonly<Record<string, Rule>>>(
	rules: Rules,
	names: readonly (keyof Rules & string)[],
): Record<string, Rule> {
	return Object.fromEntries(names.flatMap((name) => (rules[name] ? [[name, rules[name]]] : [])));
}
