ALTER TABLE @{ tables.item }@ MODIFY @{ columns.item.category }@ INT NULL;
