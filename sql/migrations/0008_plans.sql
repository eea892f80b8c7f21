-- These functions join the rows before with the rows after, of which there can be a whole conference. Their plans are
-- kept from the first call in a session, which may have seen one row, and a loop within a loop over 20,000 rows takes
-- longer than a statement may.
alter function registrant_flow() set enable_nestloop = off;
alter function session_flow() set enable_nestloop = off;
alter function session_clash_flow() set enable_nestloop = off;
alter function words_clash_flow() set enable_nestloop = off;
alter function mention_clash_flow() set enable_nestloop = off;
alter function track_quorum_flow() set enable_nestloop = off;
alter function resolution_flow() set enable_nestloop = off;
alter function resolution_clash_reflow() set enable_nestloop = off;
alter function outbox_flow() set enable_nestloop = off;
