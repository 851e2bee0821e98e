"""Text as bad as it can come: markup of every kind, both directions, beyond the first plane."""

HOSTILE = '<script>alert(1)</script> & "quotes" ]]> *[x](javascript:1)* مرحبا 🤖'
