"""Promises that the database keeps; used in migrations.

Row-level security: a request sets `tongban.scope` (see `scope.py`); a missing scope raises, it never returns zero rows silently.
"""

from django.db import migrations

SCOPE_FUNCTION = migrations.RunSQL(
    sql="""
    CREATE FUNCTION tongban_scope() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
    DECLARE scope text := current_setting('tongban.scope', true);
    BEGIN
        IF scope IS NULL OR scope = '' THEN
            RAISE EXCEPTION 'no scope set for this transaction' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN string_to_array(scope, ',');
    END $$;
    CREATE FUNCTION tongban_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$;
    """,
    reverse_sql="DROP FUNCTION tongban_scope(); DROP FUNCTION tongban_refuse_change();",
)


def scoped(table: str, *, column: str = "region") -> migrations.RunSQL:
    """Rows are seen and written only by transactions whose scope holds their region.

    The scope is read once per statement (a scalar subquery), so that the comparison can use an index.
    """
    condition = f"{column} = ANY ((SELECT tongban_scope())::text[])"
    return migrations.RunSQL(
        sql=f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY {table}_scope ON {table} USING ({condition}) WITH CHECK ({condition});",
        reverse_sql=f"DROP POLICY {table}_scope ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def append_only(table: str) -> migrations.RunSQL:
    """UPDATE, DELETE and TRUNCATE are refused, whoever asks."""
    return migrations.RunSQL(
        sql=f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION tongban_refuse_change();
        CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION tongban_refuse_change();
        """,
        reverse_sql=f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_never_truncated ON {table};",
    )
