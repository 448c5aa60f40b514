/**
 * How the window of the desktop gets its MessagePort. Page and preload can only talk by messages of the window
 * itself, so these are the words they know each other by.
 */

/** The page asks the preload for a port. */
export const PORT_WANTED = 'waypost:port-wanted';
/** The preload gives the page its end; the port itself comes along. */
export const PORT_GIVEN = 'waypost:port-given';
/** The channel on which the preload sends the other end to the main process. */
export const PORT_CHANNEL = 'waypost:port';
