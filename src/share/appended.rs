//! What messengers, trackers and campaigns append to an address on its way.

/// Their keys; a last `*` stands for any ending. No setting is called so.
const APPENDED: &str = "from from_* isappinstalled appinstall scene subscene ascene clicktime enterid srcid sharer* share* \
    nsukey nettype devicetype version abtest_cookie exportkey pass_ticket wx* wechat_* weixin* openid unionid tt_* app app_* appid \
    appname appversion timestamp ts t utm_* fbclid fbc fb_* gclid gclsrc dclid gbraid wbraid gad_* igsh* spm* scm mc_* \
    source source_* sourcetype sourceid bd_* ref ref_* referer referrer referral msclkid yclid ymclid si twclid ttclid \
    li_* hs* mkt_* vero_* oly_* wickedid epik s_cid s_kwcid zanpid rb_clickid rdt_* irclickid trk* pk_* piwik_* mtm_* \
    matomo_* at_* xtor guccounter guce_* cmpid campaign* feature vd_source unique_k is_story_h5 buvid mid plat_id bbid seid \
    fr wfr channel chn xhs* xsec_* apptime author_share ignoreengage u_code sec_uid did iid titletype with_sec_did \
    enter_from sudaref display retcode wm adtag aduin adsession adpubno ptlang tdsourcetag lark* ncid smid smtyp soc_* \
    wt_* mibextid hc_* cvid ved ei usp authuser gws_rd sxsrf _*";

/// Is it such a key, in lower case?
pub fn is_appended(key: &str) -> bool {
    APPENDED.split_whitespace().any(|known| match known.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => key == known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::LESSONS;
    use crate::settings::Kind;

    #[test]
    fn what_is_appended_is_known_and_no_key_of_ours() {
        for key in [
            "shareto",
            "source",
            "bd_vid",
            "timestamp",
            "utm_source",
            "fbclid",
            "gclid",
            "from",
            "isappinstalled",
            "wxa_id",
            "spm",
            "share_source",
            "_t",
            "ref",
            "mc_cid",
            "igshid",
            "msclkid",
            "yclid",
            "si",
            "_ga",
            "sourcetype",
        ] {
            assert!(is_appended(key), "{key}");
        }
        let ours =
            ["lesson", "sum", "v", "lang", "embed", "present", "hide", "note", "made", "data", "model", "w"];
        for key in ours
            .into_iter()
            .chain(LESSONS.iter().flat_map(|lesson| lesson.all_settings()).map(|setting| setting.key))
        {
            assert!(!is_appended(key), "{key}");
            assert_eq!(key, key.to_ascii_lowercase());
        }
    }

    #[test]
    fn words_differ_by_more_than_their_case() {
        for setting in LESSONS.iter().flat_map(|lesson| lesson.all_settings()) {
            let Kind::Choice(words) = setting.kind else { continue };
            for word in words {
                assert_eq!(
                    words.iter().filter(|other| other.eq_ignore_ascii_case(word)).count(),
                    1,
                    "{word}"
                );
            }
        }
    }
}
