"""账号发放单: whom to hand which account, as spreadsheet, text and pages to cut."""
