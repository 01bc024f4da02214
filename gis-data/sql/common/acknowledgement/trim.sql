DELETE FROM acknowledgement WHERE acknowledgement_key <= (SELECT max(acknowledgement_key) FROM acknowledgement) - $1
