import type { MessageDoc } from './message-doc.ts';

/** The first words in a new server or group. */
export function describeGreeting(): MessageDoc {
  return {
    title: 'Cascade Watch is here',
    tone: 'info',
    blocks: [
      {
        kind: 'text',
        text: 'I warn this chat before leveraged crypto markets fall over: when a price move would force so many sales that it feeds itself.',
      },
      {
        kind: 'fields',
        fields: [
          { name: '/subscribe', value: 'warn here when the risk for BTC or ETH gets high' },
          { name: '/risk', value: 'how fragile the market is now' },
          { name: '/help', value: 'everything I can do' },
        ],
      },
      {
        kind: 'text',
        text: 'Everybody may ask; only people who manage this chat may subscribe it or end that. Nothing is sent before somebody subscribes.',
      },
    ],
  };
}
