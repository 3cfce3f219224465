/** Whether the page is the one in one script, which browsers load from a file. In Node, which records the stories, there is no build. */
export const FROM_FILE = (import.meta.env as ImportMetaEnv | undefined)?.MODE === 'file'

/** Why a page from a file has no large network. */
export const NOT_FROM_FILES =
  'VGG16 (33 MB) is not inside a page from a file: run "npx serve" in the folder of the site, and open /playground/ at the address that it prints.'
