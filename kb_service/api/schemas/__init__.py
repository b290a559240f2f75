"""The forms that go over the wire, named as plone.restapi names them (api.md, 1.1).

They document answers in the OpenAPI and are filled by serialize and the services; bodies that come
in are read into them. One file a subject.
"""
