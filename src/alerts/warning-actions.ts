import type { AssetId } from '../signals/model/ids.ts';
import type { Action } from './message-doc.ts';

/** What a person may want to do about a warning, in the order of the buttons. */
export function warningActions(asset: AssetId): Action[] {
  return [
    { label: 'Details', command: 'risk', text: asset },
    ...muteActions(),
    { label: 'Unsubscribe', command: 'unsubscribe', text: asset },
  ];
}

/** Those that need no asset. */
export function muteActions(): Action[] {
  return [
    { label: 'Mute 1 h', command: 'mute', text: '1h' },
    { label: 'Mute 8 h', command: 'mute', text: '8h' },
  ];
}
