(function(){var d=document;function each(s,f){Array.prototype.forEach.call(d.querySelectorAll(s),f)}
each("img.j-lazy",function(i){var o=i.getAttribute("data-original");if(o){i.setAttribute("src",o)}});
each(".btn-zan",function(b){b.addEventListener("click",function(){var n=b.querySelector(".entry-action-num");if(n){n.textContent="("+(parseInt(n.textContent.slice(1),10)+1)+")"}})});
var bar=d.createElement("div");bar.className="action-top";bar.style.cssText="position:fixed;right:20px;bottom:40px;display:none";bar.textContent="\u2191";
d.body.appendChild(bar);bar.onclick=function(){window.scrollTo(0,0)};
window.addEventListener("scroll",function(){bar.style.display=window.scrollY>400?"block":"none"});
window._wpcom_js={webp:"",ajaxurl:"/wp-admin/admin-ajax.php",theme_url:"/themes/justnews",slide_speed:5000,is_admin:"0",lang:"zh_CN",post_id:"",lightbox:"1",
js_lang:{share_to:"\u5206\u4eab\u5230:",copy_done:"\u590d\u5236\u6210\u529f\uff01",expand_more:"\u9605\u8bfb\u5269\u4f59 %s",expand_less:"\u6536\u8d77"}};
})();
