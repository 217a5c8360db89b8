"""Legal forms of companies by country, as they stand behind or before a name.

Sources: the ISO 20275 list of entity legal forms (GLEIF) and the registers of the countries. ``cleanco`` was tried
first and left: it knows nothing of forms before a name (``PT Telkom Tbk``, ``UAB Acme``) nor of other scripts.
"""

from typing import Final

BEHIND: Final = {
    "Albania": "sh.p.k., sh.a.",
    "Argentina": "s.a., s.r.l., s.a.u., s.a.s.",
    "Australia": "pty ltd, pty limited, proprietary limited, pty, n.l.",
    "Austria": "gmbh, ges.m.b.h., gesmbh, ag, og, kg, e.u., gmbh & co kg",
    "Belgium": "bvba, sprl, bv, srl, nv, sa, cvba, scrl, vzw, asbl",
    "Bosnia and Herzegovina": "d.o.o., d.d.",
    "Brazil": "ltda, ltda me, ltda epp, s.a., s/a, eireli, eireli me, me, epp",
    "Bulgaria": "ood, eood, ad, ead, оод, еоод, ад, еад",
    "Canada": "inc, ltd, ltée, corp, corporation, ulc, limitée",
    "Chile": "s.a., spa, ltda, limitada, eirl",
    "China": "co ltd, company limited, 有限公司, 有限责任公司, 股份有限公司",
    "Colombia": "s.a.s., s.a., ltda, s.a. e.s.p., e.s.p.",
    "Croatia": "d.o.o., d.d., j.d.o.o.",
    "Czech Republic": "s.r.o., spol. s r.o., a.s., k.s., v.o.s., z.s.",
    "Denmark": "a/s, aps, i/s, k/s, p/s, ivs, amba",
    "Estonia": "oü, as",
    "Finland": "oy, oyj, ab, abp, ky, oy ab, osk",
    "France": "sa, sas, sasu, sarl, eurl, snc, sca, sci, scop, s.e., société anonyme",
    "Germany": "gmbh, gmbh & co kg, gmbh & co ohg, gmbh & co kgaa, ag, ag & co kg, ag & co kgaa, kg, kgaa, ohg, gbr, ug"
    ", ug haftungsbeschränkt, mbh, e.v., eg, e.k., ggmbh, vvag, aktiengesellschaft, gesellschaft mbh, stiftung"
    ", partg mbb, se",
    "Greece": "a.e., e.p.e., i.k.e., α.ε., ε.π.ε., ι.κ.ε., single member s.a.",
    "Hong Kong": "ltd, limited",
    "Hungary": "kft., zrt., nyrt., bt., kkt., rt., korlátolt felelősségű társaság",
    "Iceland": "ehf, hf, ohf, slf",
    "India": "pvt ltd, private limited, p ltd, pvt limited, ltd, limited, llp, opc private limited",
    "Indonesia": "tbk, persero, persero tbk",
    "Ireland": "ltd, limited, plc, dac, clg, designated activity company, teoranta",
    "Israel": 'ltd, בע"מ',
    "Italy": "s.p.a., s.r.l., s.r.l.s., s.n.c., s.a.s., s.c.a.r.l., s.c.r.l., società per azioni",
    "Japan": "k.k., kabushiki kaisha, co ltd, g.k., godo kaisha, 株式会社, 有限会社, 合同会社",
    "Latvia": "sia, as",
    "Liechtenstein": "ag, anstalt, est.",
    "Lithuania": "uab, ab, mb",
    "Luxembourg": "s.à r.l., s.a., s.a r.l., sarl, s.e., s.c.a.",
    "Malaysia": "sdn bhd, berhad, bhd",
    "Mexico": "s.a. de c.v., s. de r.l. de c.v., s.a.b. de c.v., s.a.p.i. de c.v., s. de r.l., a.c., s.c.",
    "Netherlands": "b.v., n.v., v.o.f., c.v., u.a., coöperatie u.a.",
    "New Zealand": "ltd, limited",
    "Norway": "as, asa, ans, da, ba, sa, nuf",
    "Poland": "sp. z o.o., sp. z o.o. sp. k., s.a., sp.j., sp. k., s.c., spółka z o.o., spółka akcyjna, p.s.a."
    ", spółka z ograniczoną odpowiedzialnością",
    "Portugal": "lda, limitada, s.a., unipessoal lda, sgps",
    "Romania": "s.r.l., s.a., s.c.s., p.f.a.",
    "Russia": "llc, jsc, pjsc, ojsc, cjsc, ооо, ао, пао, зао, оао",
    "Serbia": "d.o.o., a.d.",
    "Singapore": "pte ltd, private limited, pte limited, pte",
    "Slovakia": "s.r.o., spol. s r.o., a.s., k.s.",
    "Slovenia": "d.o.o., d.d., s.p.",
    "South Africa": "pty ltd, proprietary limited, limited, soc ltd, npc",
    "South Korea": "co ltd, 주식회사, 유한회사",
    "Spain": "s.l., s.l.u., s.a., s.a.u., sociedad limitada, sociedad anónima, s.coop., s.l.l., s.l.p.",
    "Sweden": "ab, ab publ, aktiebolag, hb, kb, ek för",
    "Switzerland": "ag, sa, gmbh, sàrl, sagl",
    "Taiwan": "co ltd, inc",
    "Thailand": "co ltd, public company limited, pcl, plc",
    "Turkey": "a.ş., ltd. şti., anonim şirketi, limited şirketi, san. ve tic. a.ş., san. ve tic. ltd. şti., tic. a.ş.",
    "Ukraine": "тов, пп, ат, прат, пат, llc, pjsc",
    "United Arab Emirates": "llc, fz llc, fze, fzco, dmcc, pjsc, fz-llc",
    "United Kingdom": "ltd, limited, plc, llp, lp, cic, public limited company",
    "United States": "inc, incorporated, corp, corporation, co, company, llc, l.l.c., llp, lp, pllc, pc, n.a., pbc"
    ", lllp, national association",
    "Vietnam": "jsc, joint stock company, co ltd",
}
"""By country, divided by commas; dots and case do not count."""

BEFORE: Final = {
    "Bulgaria": "et",
    "Estonia": "oü, as, mtü",
    "Indonesia": "pt, cv",
    "Italy": "soc. coop.",
    "Japan": "株式会社, 有限会社, 合同会社",
    "Latvia": "sia, as",
    "Lithuania": "uab, ab, vši",
    "Poland": "p.p.h.u., f.h.u., p.h.u.",
    "Romania": "s.c.",
    "Russia": "ооо, ао, пао, зао, оао, ooo, oao, zao, pao, llc, jsc, pjsc, ojsc, cjsc",
    "South Korea": "주식회사",
    "Spain": "s.a.",
    "Ukraine": "тов, тзов, фоп, пп, пат, прат, tov, fop",
    "Vietnam": "công ty cổ phần, công ty tnhh",
}
