"""What the database promises by itself: rows of one scope, nothing signed is ever changed, and the writer rule (R5)."""

from django.db import migrations

from tongban.kernel.tables import append_only, scoped

SCOPED = (
    "exchange_event", "exchange_casehead", "exchange_command", "exchange_outbox", "exchange_receipt",
    "exchange_receipthead", "exchange_inboxpending", "exchange_forkevidence", "exchange_proposal",
)  # fmt: skip

WRITER_RULE = migrations.RunSQL(
    sql="""
    CREATE FUNCTION exchange_check_event() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last record;
    BEGIN
        SELECT seq, hash, writer, offered_by INTO last FROM exchange_event
            WHERE case_id = NEW.case_id AND region = NEW.region ORDER BY seq DESC LIMIT 1;
        IF NOT FOUND THEN
            IF NEW.seq <> 1 OR NEW.prev <> '' OR NEW.baton <> 'open' THEN
                RAISE EXCEPTION 'a chain begins with an opening at 1' USING ERRCODE = 'check_violation';
            END IF;
            NEW.writer := NEW.author;
            NEW.offered_by := '';
            RETURN NEW;
        END IF;
        IF NEW.seq <> last.seq + 1 OR NEW.prev <> last.hash THEN
            RAISE EXCEPTION 'event % does not follow %', NEW.seq, last.seq USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.author <> last.writer THEN
            RAISE EXCEPTION 'the writer of event % is another region', NEW.seq USING ERRCODE = 'check_violation';
        END IF;
        IF (last.offered_by <> '' AND NEW.baton NOT IN ('accept', 'decline'))
            OR (last.offered_by = '' AND NEW.baton NOT IN ('', 'offer')) OR (NEW.baton = 'offer') <> (NEW.baton_to <> '') THEN
            RAISE EXCEPTION 'event % may not do this with the baton', NEW.seq USING ERRCODE = 'check_violation';
        END IF;
        NEW.writer := CASE NEW.baton WHEN 'offer' THEN NEW.baton_to WHEN 'decline' THEN last.offered_by ELSE NEW.author END;
        NEW.offered_by := CASE NEW.baton WHEN 'offer' THEN NEW.author ELSE '' END;
        RETURN NEW;
    END $$;
    CREATE TRIGGER exchange_event_writer_rule BEFORE INSERT ON exchange_event
        FOR EACH ROW EXECUTE FUNCTION exchange_check_event();
    """,
    reverse_sql="DROP TRIGGER exchange_event_writer_rule ON exchange_event; DROP FUNCTION exchange_check_event();",
)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        WRITER_RULE,
        *[scoped(table) for table in SCOPED],
        *[append_only(f"exchange_{table}") for table in ("event", "command", "receipt", "forkevidence")],
    ]
