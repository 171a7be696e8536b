import { expect, test } from 'vitest';
import { type DeliveryPlan, planDelivery } from '../../../../src/bot/delivery/delivery-plan.ts';

type Given = Omit<Parameters<typeof planDelivery>[0], 'severity'> & { severity?: number };

test.each<{ says: string; row: Given; edits: boolean; plan: Partial<DeliveryPlan> }>([
  {
    says: 'a first post stands by itself',
    row: { kind: 'raise' },
    edits: true,
    plan: { kind: 'post' },
  },
  {
    says: 'a later post of the group answers the one before',
    row: { kind: 'escalate', previous: '7' },
    edits: true,
    plan: { kind: 'post', replyTo: '7' },
  },
  {
    says: 'an answer answers the message that asked',
    row: { kind: 'reply', replyTo: '5', previous: '7' },
    edits: true,
    plan: { kind: 'post', replyTo: '5' },
  },
  {
    says: 'edit-or-post edits what stands there',
    row: { kind: 'repeat', delivery: 'edit-or-post', previous: '7' },
    edits: true,
    plan: { kind: 'edit', editOf: '7', orPost: true },
  },
  {
    says: 'edit-or-post posts where nothing stands',
    row: { kind: 'repeat', delivery: 'edit-or-post' },
    edits: true,
    plan: { kind: 'post' },
  },
  {
    says: 'edit-or-post posts where nothing can be edited',
    row: { kind: 'repeat', delivery: 'edit-or-post', previous: '7' },
    edits: false,
    plan: { kind: 'post', replyTo: '7' },
  },
  {
    says: 'edit-or-post as loud as what was posted is an edit',
    row: { kind: 'repeat', delivery: 'edit-or-post', previous: '7', severity: 3, rungSeverity: 3 },
    edits: true,
    plan: { kind: 'edit', editOf: '7', orPost: true },
  },
  {
    says: 'edit-or-post milder than what was posted is an edit',
    row: { kind: 'sighted', delivery: 'edit-or-post', previous: '7', severity: 1, rungSeverity: 2 },
    edits: true,
    plan: { kind: 'edit', editOf: '7', orPost: true },
  },
  {
    says: 'edit-or-post louder than all that was posted is a post below what stands there',
    row: { kind: 'repeat', delivery: 'edit-or-post', previous: '7', severity: 3, rungSeverity: 2 },
    edits: true,
    plan: { kind: 'post', replyTo: '7' },
  },
  {
    says: 'edit-or-post is a post where something stands and nothing has been posted as an alert',
    row: { kind: 'blind', delivery: 'edit-or-post', previous: '7', severity: 1 },
    edits: true,
    plan: { kind: 'post', replyTo: '7' },
  },
  {
    says: 'a mere edit stays one, however severe',
    row: { kind: 'repeat', delivery: 'edit', previous: '7', severity: 3 },
    edits: true,
    plan: { kind: 'edit', editOf: '7', orPost: false },
  },
  {
    says: 'edit and retire change what stands there',
    row: { kind: 'escalate', delivery: 'retire', previous: '7' },
    edits: true,
    plan: { kind: 'edit', editOf: '7', orPost: false },
  },
  {
    says: 'edit without a message does nothing',
    row: { kind: 'update', delivery: 'edit' },
    edits: true,
    plan: { kind: 'nothing' },
  },
  {
    says: 'retire does nothing where nothing can be edited',
    row: { kind: 'escalate', delivery: 'retire', previous: '7' },
    edits: false,
    plan: { kind: 'nothing' },
  },
])('$says', ({ row, edits, plan }) => {
  const { reason, ...rest } = {
    reason: undefined,
    ...planDelivery({ severity: 0, ...row }, { edits }),
  };
  expect(rest).toEqual(plan);
  if (rest.kind === 'nothing') expect(reason).toMatch(/\S/);
});
