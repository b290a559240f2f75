// Drives a running service by @plone/client, the client of Plone's own front ends.
// Arguments: address, login, password. Prints one JSON object: step -> what went wrong, or null.
import assert from "node:assert/strict";
import PloneClient from "@plone/client";

const [base, username, password] = process.argv.slice(2);
const client = PloneClient.initialize({ apiPath: base });
const said = {};
const kept = {};
const get = (name, args = {}) => client[`${name}Query`](args).queryFn();
const change = (name, args = {}) => client[`${name}Mutation`]().mutationFn(args);
const below = (address) => address.replace(base, "");
const ids = (items) => items.map((item) => below(item["@id"]));

const steps = {
  "a stranger may not see who works here": async () => {
    await assert.rejects(get("getUsers"), (error) => error.response.status === 401);
  },
  "signing in": async () => {
    assert.ok((await client.login({ username, password })).length > 40);
  },
  "a topic is added and published": async () => {
    const made = await change("createContent", {
      path: "/", data: { "@type": "Folder", title: "Тема клиента", id: "tema" },
    });
    kept.topic = below(made["@id"]);
    assert.equal(made.review_state, "private");
    const step = await change("createWorkflow", { path: kept.topic, data: {} });
    assert.equal(step.review_state, "published");
  },
  "a page is added, read, changed": async () => {
    const made = await change("createContent", {
      path: kept.topic, data: { "@type": "Document", title: "Страница клиента" },
    });
    kept.page = below(made["@id"]);
    await change("updateContent", { path: kept.page, data: { title: "Новый заголовок" } });
    const page = await get("getContent", { path: kept.page, expand: ["breadcrumbs", "actions"] });
    assert.equal(page.title, "Новый заголовок");
    assert.ok(page["@components"].breadcrumbs.items.length === 2);
    assert.ok(page["@components"].actions.object.length > 1);
  },
  "a step of the workflow": async () => {
    await change("createWorkflow", { path: kept.page, data: { comment: "готово" } });
    const flow = await get("getWorkflow", { path: kept.page });
    assert.equal(flow.state.id, "published");
    assert.ok(flow.history.at(-1).comments === "готово");
  },
  "searching below a path": async () => {
    const found = await get("getSearch", {
      query: { SearchableText: "заголовок", path: { query: kept.topic }, metadata_fields: "_all" },
    });
    assert.deepEqual(ids(found.items), [kept.page]);
    assert.equal(found.items[0].portal_type, "Document");
  },
  "breadcrumbs and navigations": async () => {
    const crumbs = await get("getBreadcrumbs", { path: kept.page });
    assert.deepEqual(ids(crumbs.items), [kept.topic, kept.page]);
    const tree = await get("getNavigation", { path: "/", depth: 2 });
    assert.ok(tree.items.some((item) => item.items.length > 0));
    const beside = await get("getContextNavigation", { path: kept.page });
    assert.deepEqual(ids(beside.items), [kept.page]);
    const root = await get("getNavroot", { path: kept.page });
    assert.equal(root.navroot["@type"], "Plone Site");
  },
  "actions and types": async () => {
    const actions = await get("getActions", { path: kept.topic });
    assert.ok(actions.object_buttons.some((one) => one.id === "delete"));
    const types = await get("getTypes");
    assert.ok(types.find((one) => one.id === "Folder").addable);
    const type = await get("getType", { contentPath: "Document" });
    assert.deepEqual(type.required, ["title"]);
  },
  "vocabularies and sources": async () => {
    const lists = await get("getVocabulariesList");
    assert.ok(lists.length > 5);
    const terms = await get("getVocabularies", {
      path: "plone.app.vocabularies.WorkflowStates", tokens: ["private", "pending"],
    });
    assert.deepEqual(terms.items.map((one) => one.token), ["private", "pending"]);
    const source = await get("getSource", { path: kept.page, field: "language" });
    assert.equal(source.items[0].token, "ru");
    const queried = await get("getQuerysource", {
      path: kept.page, field: "relatedItems", query: "заголовок",
    });
    assert.equal(queried.items_total, 1);
  },
  "history and the way back": async () => {
    const past = await get("getHistory", { path: kept.page });
    assert.ok(past.some((one) => one.type === "workflow"));
    const first = await get("getHistoryVersioned", { path: kept.page, version: 1 });
    assert.equal(first.title, "Страница клиента");
    const back = await change("revertHistory", { path: kept.page, data: { version: 1 } });
    assert.match(back.message, /1/);
  },
  "copying and moving": async () => {
    const [copied] = await change("copy", { path: "/", data: { source: kept.page } });
    const name = below(copied.target);
    const [moved] = await change("move", { path: kept.topic, data: { source: [name] } });
    kept.copy = below(moved.target);
    assert.ok(kept.copy.startsWith(`${kept.topic}/`));
    const led = await get("getContent", { path: name });
    assert.equal(below(led["@id"]), kept.copy);
  },
  "other addresses": async () => {
    await change("createAliases", { path: kept.page, data: { items: [{ path: "/k1" }] } });
    const mine = await get("getAliases", { path: kept.page });
    assert.deepEqual(mine.items.map((one) => one.path), ["/k1"]);
    await change("createAliasesMultiple", {
      data: { items: [{ path: "/k2", "redirect-to": kept.page }] },
    });
    const all = await get("getAliasesList");
    assert.ok(all.items.some((one) => one.path === "/k2"));
    await change("deleteAliases", { path: kept.page, data: { items: [{ path: "/k1" }] } });
  },
  "saved queries": async () => {
    const form = await get("getQueryString");
    const state = form.indexes.review_state.operations[0];
    const asked = { query: [{ i: "review_state", o: state, v: ["private"] }] };
    const posted = await change("postQuerystringSearch", { data: { ...asked, b_size: "5" } });
    assert.deepEqual(ids(posted.items), [kept.copy]);
    const got = await get("getQuerystringSearch", { query: asked.query });
    assert.deepEqual(ids(got.items), [kept.copy]);
  },
  "people": async () => {
    const data = { username: "klient", email: "k@example.org", fullname: "К", roles: ["Editor"] };
    const made = await change("createUser", { data });
    assert.deepEqual(made.roles, ["Editor", "Contributor"]);
    await change("updateUser", { userId: "klient", data: { fullname: "Клиент" } });
    assert.equal((await get("getUser", { userId: "klient" })).fullname, "Клиент");
    assert.equal((await get("getUsers", { query: "klient" })).items_total, 1);
    assert.ok((await change("resetPassword", { userId: "klient" })).password_link);
    assert.equal((await get("getPrincipals", { search: "клиент" })).users.length, 1);
    assert.ok((await get("getRoles")).some((one) => one.id === "Manager"));
    assert.ok((await get("getUserschema")).properties.email);
  },
  "departments": async () => {
    const data = { groupname: "otdel", title: "Отдел", users: ["klient"] };
    await change("createGroup", { data });
    await change("updateGroup", { groupId: "otdel", data: { title: "Отдел продаж" } });
    const group = await get("getGroup", { groupId: "otdel" });
    assert.deepEqual([group.title, group.members.items], ["Отдел продаж", ["klient"]]);
    assert.equal((await get("getGroups")).length, 1);
    await change("deleteGroup", { groupId: "otdel" });
    await change("deleteUser", { userId: "klient" });
    await assert.rejects(
      get("getUser", { userId: "klient" }), (error) => error.response.status === 404,
    );
  },
  "the site itself": async () => {
    assert.equal((await get("getSite"))["plone.default_language"], "ru");
    assert.ok((await get("getSystem")).version);
  },
  "throwing away": async () => {
    await change("deleteContent", { path: kept.topic });
    await assert.rejects(
      get("getContent", { path: kept.page }), (error) => error.response.status === 404,
    );
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    said[name] = null;
  } catch (error) {
    const answer = error.response ? ` ${JSON.stringify(error.response.data)}` : "";
    said[name] = `${error.message}${answer}`;
  }
}
console.log(JSON.stringify(said));
