/** Why a platform stops whose token is not that of the bot the stored chats belong to. `id` is public. */
export function otherBotText(id: string | undefined): string {
  const which = id === undefined ? '' : ` (its id ${id})`;
  return `this database belongs to another bot${which}: use that bot's token, or another DATABASE_URL`;
}
