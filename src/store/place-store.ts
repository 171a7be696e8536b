import type { OutgoingMessage, Place } from '../alerts/model.ts';

/** Servers, groups and private chats as wholes, with everything kept for their rooms. */
export interface PlaceStore {
  /**
   * The bot is there (again): closed rooms of the place are reachable again. A place not known yet
   * is remembered and `greeting` stored for delivery, in one transaction; gives whether it was new.
   */
  enter(place: Place, at: number, greeting?: OutgoingMessage): Promise<boolean>;
  /**
   * The bot was removed: every room is closed with the reason (see `closeChat`) and the place
   * forgotten, so that it is greeted when the bot comes back.
   */
  leave(place: Place, reason: string, at: number): Promise<void>;
  /**
   * The place has a new id: subscriptions, mutes, closed rooms and waiting messages move to it; what
   * is being sent ends in the old one.
   * What the new id has already stays; safe to repeat.
   */
  move(place: Place, toChatId: string, at: number): Promise<void>;
  /**
   * Deletes everything kept for rooms that were closed before: subscriptions, mutes, settled
   * messages, the note of the closing. Gives the number of rooms.
   */
  forgetClosed(before: number): Promise<number>;
  /** Ids of the places of a platform the bot is in, as far as it has been told. */
  known(platform: string): Promise<string[]>;
  /** Subscriptions in all rooms of the place together: for caps. */
  subscriptionCount(place: Place): Promise<number>;
}
