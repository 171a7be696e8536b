import { startTelegram } from '../../fakes/telegram/telegram-server.ts';
import type { FakeChat, FakeUser } from '../../fakes/telegram/types.ts';
import type { BurstRoom, BurstStage, StageOptions } from './burst-stage.ts';

const TOPICS = 8;
const ROOMS_PER_FORUM = 250;

/** Private chats and groups, about half each, and a few forums whose topics share one minute. */
export async function telegramStage({ token, rooms, now }: StageOptions): Promise<BurstStage> {
  const telegram = await startTelegram({ token, now, pacing: true });
  const found: BurstRoom[] = [];
  const people: { where: FakeChat | FakeUser; who: FakeUser }[] = [];
  const chats: (FakeChat | FakeUser)[] = [];

  function add(where: FakeChat | FakeUser, who: FakeUser, thread?: number): void {
    const chat = { platform: 'telegram', chatId: String(where.id) };
    found.push({
      chat: thread === undefined ? chat : { ...chat, thread: String(thread) },
      sharesMinute: thread !== undefined,
      asks: thread === undefined,
    });
    people.push({ where, who });
  }

  for (let forum = 0; forum < Math.floor(rooms / ROOMS_PER_FORUM); forum += 1) {
    const chat = telegram.addChat({ type: 'supergroup', title: `forum ${forum}`, forum: true });
    chats.push(chat);
    const who = telegram.addUser({ firstName: `Fay ${forum}` });
    for (let topic = 0; topic < TOPICS; topic += 1) {
      add(chat, who, telegram.addTopic(chat, `topic ${topic}`));
    }
  }
  while (found.length < rooms) {
    const index = found.length;
    const who = telegram.addUser({ firstName: `Kim ${index}` });
    if (index % 2 === 0) {
      chats.push(who);
      add(who, who);
      continue;
    }
    const type = index % 10 === 1 ? 'group' : 'supergroup';
    const chat = telegram.addChat({ type, title: `desk ${index}` });
    telegram.setMember(chat, who, 'member');
    chats.push(chat);
    add(chat, who);
  }

  return {
    url: telegram.url,
    rooms: found,
    async ask(room) {
      const person = people[room];
      if (person === undefined) throw new Error(`no room ${room}`);
      const { where, who } = person;
      telegram.write(where, who, `/subscriptions@${telegram.botUsername}`);
    },
    report: () => ({
      arrivals: chats.flatMap((chat) =>
        telegram.messages(chat).map(({ chatId, messageId, sentAt, text }) => ({
          chatId: String(chatId),
          messageId: String(messageId),
          at: sentAt,
          text,
        })),
      ),
      calls: telegram.calls.length,
      tooMany: telegram.calls
        .filter(({ code }) => code === 429)
        .map(({ at, method, payload }) => ({ at, what: `${method} ${payload['chat_id']}` })),
    }),
    close: () => telegram.close(),
  };
}
