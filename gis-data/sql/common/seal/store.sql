SELECT only, srid, data_version FROM store
