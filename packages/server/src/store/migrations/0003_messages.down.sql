DROP TABLE reports, reactions, mentions, messages, events;
