/**
 * Text from elsewhere for `mrkdwn`, where `<!channel>` would notify everybody and `<https://…|label>` hide an address
 * (docs.slack.dev/messaging/formatting-message-text, "Escaping text"). Emphasis in it stays possible; a `plain_text` object has none.
 */
export function escapeText(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
