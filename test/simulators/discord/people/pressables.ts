import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { type Fields, list, nested, text } from '../fields.ts';

/** All components of a message, also within containers and sections, in the order they are read. */
export function everyComponent(components: readonly Fields[]): readonly Fields[] {
	return components.flatMap((component) => {
		const accessory = nested(component, 'accessory');
		return [component, ...everyComponent(list(component, 'components')), ...(accessory ? everyComponent([accessory]) : [])];
	});
}

/** The button with this label, emoji or custom id; throws when a person could not press it. */
export function buttonIn(components: readonly Fields[], label: string): Fields {
	const buttons = everyComponent(components).filter((component) => component.type === ComponentType.Button);
	const names = (button: Fields) => [text(button, 'label'), text(nested(button, 'emoji'), 'name'), text(button, 'custom_id')];
	const found = buttons.find((button) => text(button, 'label') === label) ?? buttons.find((button) => names(button).includes(label));
	const seen = buttons.map((button) => names(button).find((name) => name !== undefined)).join(', ');
	if (!found) throw new Error(`There is no button ${label}; there are ${seen || 'none'}.`);
	if (found.disabled === true) throw new Error(`The button ${label} is disabled.`);
	if (found.style === ButtonStyle.Link) throw new Error(`The button ${label} is a link to ${text(found, 'url')}.`);
	return found;
}

/** A select menu by its custom id; throws when it is missing or disabled. */
export function selectIn(components: readonly Fields[], customId: string): Fields {
	const found = everyComponent(components).find(
		(component) => text(component, 'custom_id') === customId && component.type !== ComponentType.Button,
	);
	if (!found) throw new Error(`There is no select menu ${customId}.`);
	if (found.disabled === true) throw new Error(`The select menu ${customId} is disabled.`);
	return found;
}

/** The values chosen in a select, by value or label; throws when there are too few, too many, or unknown ones. */
export function choose(select: Fields, wanted: readonly string[]): readonly string[] {
	const name = text(select, 'custom_id');
	const required = select.required !== false;
	const min = typeof select.min_values === 'number' ? select.min_values : required ? 1 : 0;
	const most = select.type === ComponentType.CheckboxGroup ? list(select, 'options').length : 1;
	const max = typeof select.max_values === 'number' ? select.max_values : most;
	const isSkipped = wanted.length === 0 && select.required === false;
	if (!isSkipped && (wanted.length < min || wanted.length > max))
		throw new Error(`${name} takes ${min} to ${max} values, not ${wanted.length}.`);
	if (!Array.isArray(select.options)) return wanted;
	const options = list(select, 'options');
	return wanted.map((value) => {
		const option = options.find((item) => item.value === value || item.label === value);
		if (!option) throw new Error(`${name} offers ${options.map((item) => text(item, 'label')).join(', ')}, not ${value}.`);
		return text(option, 'value') ?? '';
	});
}
