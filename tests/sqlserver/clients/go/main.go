// go-mssqldb against the server at SQLSERVER_PORT: login, all types, parameters, transaction, error, big result, cancel.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

func expect(name string, holds bool, detail any) {
	if !holds {
		fmt.Printf("not ok %s: %v\n", name, detail)
		os.Exit(1)
	}
	fmt.Println("ok " + name)
}

func main() {
	host := os.Getenv("SQLSERVER_HOST")
	if host == "" {
		host = "127.0.0.1"
	}
	encrypt := "disable"
	if len(os.Args) > 1 {
		encrypt = os.Args[1]
	}
	url := fmt.Sprintf("sqlserver://%s:%s@%s:%s?database=checks&encrypt=%s&TrustServerCertificate=true", os.Getenv("SQLSERVER_USER"),
		os.Getenv("SQLSERVER_PASSWORD"), host, os.Getenv("SQLSERVER_PORT"), encrypt)
	db, err := sql.Open("sqlserver", url)
	expect("open", err == nil, err)
	db.SetMaxOpenConns(1)
	rows, err := db.Query("SELECT * FROM dbo.every_type ORDER BY id")
	expect("types query", err == nil, err)
	names, _ := rows.Columns()
	values, places := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	rows.Next()
	err = rows.Scan(places...)
	expect("types", err == nil && values[5] == int64(-9223372036854775808) && string(values[6].([]byte)) ==
		"1234567890123456789012345678.0123456789" && values[19] == "日本語" && values[24] == "𠮷野家", values)
	rows.Next()
	err = rows.Scan(places...)
	expect("nulls", err == nil && values[1] == nil && values[26] == nil && values[32] == nil, values)
	rows.Close()
	for i := 501; i < 503; i++ {
		_, err = db.Exec("INSERT INTO dbo.accounts VALUES (@p1, @p2, @p3)", i, "日本", "12.34")
		expect("insert", err == nil, err)
	}
	var owner string
	err = db.QueryRow("SELECT owner FROM dbo.accounts WHERE id = @p1", 501).Scan(&owner)
	expect("parameters", err == nil && owner == "日本", owner)
	tx, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelSnapshot})
	expect("begin snapshot", err == nil, err)
	_, err = tx.Exec("INSERT INTO dbo.accounts VALUES (510, N'x', 1)")
	expect("insert in transaction", err == nil, err)
	expect("rollback", tx.Rollback() == nil, nil)
	var count int64
	err = db.QueryRow("SELECT COUNT(*) FROM dbo.accounts WHERE id = 510").Scan(&count)
	expect("transaction", err == nil && count == 0, count)
	_, err = db.Query("SELECT * FROM dbo.nope")
	found, ok := err.(mssql.Error)
	expect("error", ok && found.Number == 208, err)
	rows, err = db.Query("SELECT id FROM dbo.big")
	expect("big query", err == nil, err)
	var sum, id int64
	count = 0
	for rows.Next() {
		rows.Scan(&id)
		count, sum = count+1, sum+id
	}
	expect("big", rows.Err() == nil && count == 50000 && sum == 1250025000, count)
	ctx, stop := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer stop()
	_, err = db.ExecContext(ctx, "WAITFOR DELAY '00:00:20'")
	expect("cancel", err != nil, err)
	err = db.QueryRow("SELECT 1").Scan(&count)
	expect("after cancel", err == nil && count == 1, err)
}
