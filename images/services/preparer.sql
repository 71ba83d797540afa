-- Read once, when the image is built, by `mariadbd --bootstrap`.
USE mysql;
DELETE FROM global_priv WHERE NOT (User = 'root' AND Host = 'localhost') AND User NOT IN ('mariadb.sys', 'PUBLIC');
-- The socket is reached from inside this trusted container alone.
UPDATE global_priv SET Priv = '{"access":18446744073709551615,"plugin":"mysql_native_password","authentication_string":""}'
 WHERE User = 'root' AND Host = 'localhost';
DROP DATABASE IF EXISTS test;
