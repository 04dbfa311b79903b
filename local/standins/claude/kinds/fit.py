"""Which words of a problem ask for the very thing that an agent does. What is said around many problems says nothing here."""

from local.standins.claude.kinds.brief import Brief

WORDS: dict[str, dict[str, str]] = {
    "page_watch": {
        "Page Watch": """
            cheapest cheaper inexpensive rates! fees! monthly_fee low_cost price_list prices_on wholesale_prices shipping_rates
            shipping_cost shipping_to credit_card_processing merchant_account processing_service processing_system payment_processing
            monitor! monitoring flights copycat competitor's_prices -hourly -rental_rates
        """,
    },
    "mention_watch": {
        "Mention Watch": """
            finding_people finding_partners finding_a_partner finding_a_startup_partner finding_a_business_partner cofounder!
            finding_an_investor finding_investors angellist grants! contest gigs! openings office_space related_sites forums!
            communit networking meetup events! meeting_people press! media_coverage -social_media -equity -promot
        """,
    },
    "deadline_watch": {
        "Invoice Watch": """
            invoice! invoices invoicing clients_to_pay customers_to_pay pay_up get_paid getting_paid owes_me owe_me overdue
            late_pay unpaid collecting_money
        """,
        "Filing Watch": """
            tax! taxes irs! filing_for file_taxes permit licence license licensing annual_report dissolv renew sales_tax
            regulat -attorney -software_license
        """,
        "Deadline Watch": "deadline schedul time_management procrastinat organized! organizing to-do reminder tasks! managing_time",
    },
    "cash_flow": {
        "Cash Flow Reader": """
            cash_flow bookkeep book_keeping accounting! quickbooks expenses expense! finances! financial_statement profit_and_loss burn_rate
            runway operating_capital pay_yourself pay_myself paying_ourselves paying_myself tracking_profits keeping_track_of_money
            projections losing_money balance_sheet
        """,
    },
    "list_ranking": {
        "Supplier Ranking": """
            supplier manufactur vendor! vendors wholesaler wholesale_supplier sourcing! printer! distributor alibaba importing
            finding_products dropship drop_ship
        """,
        "Candidate Ranking": """
            hire! hiring hired candidate developer! developers programmer coder designer! designers recruit outsourc freelancer
            interns! best_employee finding_employees early_employees technical_cofounder virtual_assistant -market_research
        """,
        "Lead Ranking": """
            leads! prospects! potential_clients potential_customers finding_clients finding_new_clients new_clients more_clients
            finding_customers first_customers lead_generation
        """,
        "Name Ranking": "good_name name_for naming business_name company_name domain_name choosing_a_name getting_a_name brand_name",
        "Option Ranking": """
            software! program_for apps! plugin platform! pos_system phone_system telephone_system crm! which_tool what_tools tools_do comparing
            options! option! good_accountant good_lawyer good_attorney best_bank accountant! lawyer! attorney! an_accountant
            best_credit_card which_service choosing_between -develop
        """,
    },
    "feedback_themes": {
        "Feedback Sorter": """
            feedback reviews! online_review negative_review survey validat customers_think user_testing interviews complaints yelp
            customer_satisfaction
        """,
    },
    "price_plan": {
        "Price Planner": """
            price! prices! pricing charge! charging quote_for a_quote quotes! estimate! estimates margin! margins markup discount!
            discounts rental_rates hourly -quality -doesn't_charge
        """,
    },
    "reply_drafter": {
        "Reply Drafter": """
            difficult_client difficult_customer angry rude! complain refund bad_news reply! replying respond
            responding email_from emails! thank_you saying_no dealing_with_client dealing_with_customer customer_service customer_support
            customer_email communicat contacting negotiat convincing clients_to_pay customers_to_pay disput chargeback
        """,
    },
    "clarity_review": {
        "Agreement Check": "contract! contracts! agreement! agreements clause! nda! lease! leases! landlord terms_of signing!",
        "Partnership Check": "equity! vesting unvested partnership! partnership_agreement shares! ownership split_between stake!",
        "Job Post Check": "job_post job_description job_ad job_listing",
        "Plan Check": "business_plan business_plans",
    },
    "outreach_review": {
        "Pitch Reviewer": """
            pitch! pitching pitches cold_call cold_email cold_calling advert ads! adwords promote! promoting promotion! marketing!
            flyer newsletter landing_page copywrit kickstarter kick_starter crowdfund twitter facebook instagram! social_media
            seo! spread_the_word spreading_the_word approach_potential approaching campaign billboard brochure
            -multilevel -marketing_automation -marketing_company -market_research -to_pay
        """,
    },
    "intake_brief": {
        "Company Form Brief": "llc! llcs! incorporat s-corp s_corp dba! sole_prop corporation! business_entity",
        "Shop Opening Brief": """
            opening_a opening_up restaurant food_truck food_delivery coffee_shop bakery retail! storefront brick_and_mortar franchise boutique
            bar! -bank -checking
        """,
        "Funding Brief": """
            loan! loans! investor! investors seed! funding! fundrais raise_money raising_money raising_a raising_the raise_the_capital
            capital! venture angels! financing! -software
        """,
        "First Steps Brief": """
            starting_a starting_an starting_up start_a start_an start_up! start_businesses starting_business where_to_start
            where_to_begin getting_started first_step new_business opening_and begin_operation starting_out bootstrapping idea! ideas invention concept
        """,
        "Website Brief": """
            website! websites web_site webapp web_app wordpress online_store e-commerce ecommerce app! making_an_app mobile_app
            building_a_site coding web_design user_login -apps
        """,
        "Growth Brief": """
            grow! growing! growth! expand! expanding more_customers more_clients more_sales scaling increase_sales getting_customers getting_clients
            attract traffic! attracting customer_base users!
        """,
        "People Brief": """
            employee! employees fire! firing business_partner my_partner partners_and boss! staff! co-founder
            managing_people team! -bonus -software
        """,
        "Next Steps Brief": """
            motivat recovering confidence quit! quitting burned_out burnout career careers laid_off moving_forward guts! fear! scared mentor
            staying_positive overworking full_time_job encouragement leaving_a_job
        """,
    },
}
"""Kind → name of its agent → beginnings of words, whole words (`!`), words in a row (`_`), and words that speak against it (`-`)."""

AGAINST = -9.0
FEWEST = 1 / 4
AT_LEAST = 2
"""The share, and from two problems on the number, of the problems that must speak of what an agent does."""
ENOUGH = 1 / 3
"""The same with the title counting as two."""
SIGNALS: dict[str, dict[str, float]] = {
    agent: {word.lstrip("-"): AGAINST if word.startswith("-") else 1.0 for word in said.split()}
    for agents in WORDS.values()
    for agent, said in agents.items()
}


def fits(brief: Brief, agent_name: str) -> bool:
    signals = signals_of(agent_name)
    speaking = round(brief.share(signals) * len(brief.problems))
    several = speaking >= min(AT_LEAST, len(brief.problems))
    return several and brief.share(signals) >= FEWEST and brief.support(signals) >= ENOUGH


def signals_of(agent_name: str) -> dict[str, float]:
    """By the name of an agent, with or without the topic after its colon; none for an agent of no kind."""
    return SIGNALS.get(agent_name.split(":")[0].strip(), {})
