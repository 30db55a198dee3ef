import { IconCloudDownload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import { ForEditors } from "@/components/ForEditors";
import { StateMessage } from "@/components/StateMessage";
import styles from "@/features/feeds/feeds.module.css";
import { KIND_ICONS } from "@/features/feeds/kindIcons";
import { KIND_WORDS, KINDS } from "@/features/feeds/words";

/** Says what a feed is, and offers the kinds there are. */
export function NoFeeds() {
  return (
    <div>
      <StateMessage icon={<IconCloudDownload size={22} stroke={1.6} />} title="No feeds yet">
        <p>
          A feed looks at a place by schedule, fetches each new file once, keeps it, and imports it
          into the dataset that your rules name.
        </p>
      </StateMessage>
      <ForEditors>
        <ul className={styles.offers} aria-label="Kinds of feeds">
          {KINDS.map((kind) => {
            const Icon = KIND_ICONS[kind];
            return (
              <li key={kind} className={styles.offer}>
                <Icon size={20} stroke={1.6} aria-hidden />
                <Link to="/feeds/new" search={{ kind }} className={styles.name}>
                  {KIND_WORDS[kind].word}
                </Link>
                <small>{KIND_WORDS[kind].meaning}</small>
              </li>
            );
          })}
        </ul>
      </ForEditors>
    </div>
  );
}
