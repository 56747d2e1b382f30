import { type APIAttachment, type APIMessageTopLevelComponent, ComponentType } from 'discord-api-types/v10';
import { type Fields, isFields, text } from '../fields.ts';

/**
 * Components as Discord gives them back: each with an id, and what shows an upload with its address
 * (discord.com/developers/docs/components/reference#anatomy-of-a-component and #unfurled-media-item).
 */
export function resolveComponents(components: readonly Fields[], files: readonly APIAttachment[]): APIMessageTopLevelComponent[] {
	const taken = new Set(idsIn(components));
	let last = 0;
	const nextId = () => {
		do last += 1;
		while (taken.has(last));
		return last;
	};
	const resolve = (component: Fields): Fields => {
		const id = typeof component.id === 'number' && component.id !== 0 ? component.id : nextId();
		const entries = Object.entries(component).map(([name, value]) => {
			if (name === 'components' && Array.isArray(value)) return [name, value.filter(isFields).map(resolve)];
			if (name === 'accessory' && isFields(value)) return [name, resolve(value)];
			if (name === 'items' && Array.isArray(value))
				return [name, value.filter(isFields).map((item) => ({ ...item, media: media(item.media, files) }))];
			if (name === 'media' || name === 'file') return [name, media(value, files)];
			return [name, value];
		});
		return { ...Object.fromEntries(entries), id, ...aboutFile(component, files) };
	};
	return components.map(resolve) as unknown as APIMessageTopLevelComponent[];
}

function idsIn(components: readonly Fields[]): readonly number[] {
	return components.flatMap((component) => [
		...(typeof component.id === 'number' ? [component.id] : []),
		...idsIn(Array.isArray(component.components) ? component.components.filter(isFields) : []),
		...(isFields(component.accessory) ? idsIn([component.accessory]) : []),
	]);
}

function fileOf(value: unknown, files: readonly APIAttachment[]): APIAttachment | undefined {
	const url = isFields(value) ? text(value, 'url') : undefined;
	return files.find((file) => url === `attachment://${file.filename}`);
}

function media(value: unknown, files: readonly APIAttachment[]): unknown {
	const file = fileOf(value, files);
	if (!file) return isFields(value) ? { ...value, proxy_url: value.url } : value;
	const { url, proxy_url, content_type } = file;
	return { url, proxy_url, width: null, height: null, ...(content_type ? { content_type } : {}), attachment_id: file.id };
}

function aboutFile(component: Fields, files: readonly APIAttachment[]): Fields {
	const file = component.type === ComponentType.File ? fileOf(component.file, files) : undefined;
	return file ? { name: file.filename, size: file.size, spoiler: component.spoiler === true } : {};
}
