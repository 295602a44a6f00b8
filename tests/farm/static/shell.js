// Fills a shell: a list or an article, from JSON or from the state that the page carries.
(function () {
  var root = document.querySelector("#app, #root");
  var prefix = document.body.getAttribute("data-prefix");
  var site = document.body.getAttribute("data-site");
  function element(tag, name, text) {
    var e = document.createElement(tag);
    if (name) e.className = name;
    if (text) e.textContent = text;
    return e;
  }
  function frame(inner) {
    var header = element("header", "app-header");
    var home = element("a", "brand", site);
    home.href = prefix;
    header.appendChild(home);
    var main = element("main", "app-main");
    main.appendChild(inner);
    root.replaceChildren(header, main, element("footer", "app-footer", "版权所有 " + site));
  }
  function article(data) {
    document.title = data.title + "_" + site;
    var page = element("article", "article-detail");
    page.appendChild(element("h1", "article-title", data.title));
    var meta = element("div", "article-meta");
    if (data.author) meta.appendChild(element("span", "author", "作者：" + data.author));
    if (data.source) meta.appendChild(element("span", "source", "来源：" + data.source));
    meta.appendChild(element("time", "time", data.time));
    var category = element("a", "category", data.category);
    category.href = prefix;
    meta.appendChild(category);
    meta.appendChild(element("span", "views", "阅读 " + data.views));
    page.appendChild(meta);
    var body = element("div", "article-body");
    data.content.forEach(function (line) {
      if (line.role === "image") {
        var figure = element("figure");
        var image = element("img");
        image.src = line.src;
        image.alt = line.alt;
        figure.appendChild(image);
        if (line.text) figure.appendChild(element("figcaption", "", line.text));
        body.appendChild(figure);
      } else {
        body.appendChild(element(line.role === "heading" ? "h2" : "p", "", line.text));
      }
    });
    page.appendChild(body);
    frame(page);
  }
  function list(data, page) {
    document.title = site;
    var box = element("div", "news-list");
    data.entries.forEach(function (entry) {
      var item = element("div", "news-item");
      var link = element("a", "news-title", entry.title);
      link.href = entry.url;
      item.appendChild(link);
      item.appendChild(element("p", "news-summary", entry.excerpt));
      item.appendChild(element("span", "news-date", entry.date));
      box.appendChild(item);
    });
    if (page < data.pages) {
      var next = element("a", "next", "下一页");
      next.href = prefix + "?page=" + (page + 1);
      box.appendChild(next);
    }
    frame(box);
  }
  function get(path, then) {
    fetch(prefix + "api/" + path).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(then).catch(function () { frame(element("p", "error", "加载失败")); });
  }
  var found = location.pathname.match(/\/(\d+)\/?$/);
  var page = parseInt(new URLSearchParams(location.search).get("page") || "1", 10);
  if (window.__INITIAL_STATE__) article(window.__INITIAL_STATE__);
  else if (found) get("article/" + found[1], article);
  else get("list?page=" + page, function (data) { list(data, page); });
})();
