SELECT alarm, at_s, screen FROM acknowledgement ORDER BY acknowledgement_key
