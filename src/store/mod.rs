//! Durable state in one SQLite file: schema, queries, migrations. The only place with SQL.
